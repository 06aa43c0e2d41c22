import * as assert from 'uvu/assert';
import { parseSteps } from '../../src/cli/parse-steps.ts';
import { describe } from '../helpers/suite.ts';

describe('parseSteps()', ({ test }) => {
	test('reads numbers, ranges and lists of both', () => {
		assert.is(parseSteps(undefined), null);
		assert.equal([...(parseSteps(3) ?? [])], [3]);
		assert.equal([...(parseSteps('1-3,7') ?? [])], [1, 2, 3, 7]);
		assert.equal([...(parseSteps(['2', 4]) ?? [])], [2, 4]);
	});
	test('refuses zero, words and backward ranges', () => {
		for (const value of [0, 'two', '3-1', '', '1-', '-1', true])
			assert.throws(() => parseSteps(value), /no step number/, String(value));
	});
});
