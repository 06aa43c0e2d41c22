import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createNeedles } from '../../src/transcript/needles.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('createNeedles()', ({ test }) => {
	const word = fc.oneof(
		fc.stringMatching(/^MARKER_[ab]{1,4}$/),
		fc.stringMatching(/^[ab]{1,9}$/),
		fc.constant('backgroundTaskId'),
	);

	test('finds the first of all words, as a search for each of them does', () => {
		check(
			fc.property(fc.array(word, { minLength: 1, maxLength: 9 }), fc.array(word), fc.nat(40), (words, pieces, from) => {
				const text = Buffer.from(pieces.join('-\n'));
				const places = words.map((item) => text.indexOf(item, from)).filter((at) => at !== -1);
				assert.is(createNeedles(words).find(text, from), places.length === 0 ? -1 : Math.min(...places));
			}),
		);
	});
});
