import * as assert from 'uvu/assert';
import { parseSteps } from '../../src/cli/parse-steps.ts';
import { describe } from '../helpers/suite.ts';

const numbersOf = (...values: string[]): readonly number[] => [...parseSteps(values).numbers];

describe('parseSteps()', ({ test }) => {
	test('reads numbers, ranges and lists of both', () => {
		assert.equal(numbersOf('3'), [3]);
		assert.equal(numbersOf('1-3,7'), [1, 2, 3, 7]);
		assert.equal(numbersOf('2', '4'), [2, 4]);
	});
	test('reads names, alone and beside numbers', () => {
		const { numbers, names } = parseSteps(['2,Build', 'Lint']);
		assert.equal([...numbers], [2]);
		assert.ok(names.includes('Build') && names.includes('Lint'));
	});
	test('takes a value with a comma for a name too', () => {
		assert.ok(parseSteps(['Build, then test']).names.includes('Build, then test'));
	});
	test('refuses zero and backward ranges', () => {
		for (const value of ['0', '3-1', '', '1-', '-1', '2,', '1 2'])
			assert.throws(() => parseSteps([value]), /no step number/, value);
	});
});
