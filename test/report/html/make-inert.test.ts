import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { makeInert } from '../../../src/report/html/make-inert.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';

describe('makeInert()', ({ test }) => {
	test('leaves no text in any value that could act, and nothing else changed', () => {
		check(
			fc.property(fc.jsonValue(), (value) => {
				const text = JSON.stringify(makeInert({ deep: [value] }));
				assert.not.match(text, /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\\u00[01]/);
			}),
		);
		assert.equal(makeInert({ a: ['\u001b[2J', 1, null, true], b: { c: 'x\ud800' } }), {
			a: ['\\e[2J', 1, null, true],
			b: { c: 'x\ufffd' },
		});
	});
});
