import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { shareOut } from '../../../src/report/html/share-out.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';

const amounts = fc.array(fc.nat(10_000), { maxLength: 50 });

describe('shareOut()', ({ test }) => {
	test('keeps the budget, gives nobody more than it wants, and treats equals alike', () => {
		check(
			fc.property(amounts, fc.nat(100_000), (wanted, budget) => {
				const given = shareOut(wanted, budget);
				assert.ok(given.reduce((sum, part) => sum + part, 0) <= Math.max(budget, 0));
				for (const [index, part] of given.entries()) assert.ok(part <= (wanted[index] ?? 0));
				if (wanted.reduce((sum, want) => sum + want, 0) <= budget) assert.equal(given, wanted);
				const cut = given.filter((part, index) => part < (wanted[index] ?? 0));
				assert.ok(new Set(cut).size <= 1, 'all that are cut get the same');
			}),
		);
	});

	test('gives everyone the least, even beyond the budget', () => {
		assert.equal(shareOut([1000, 5, 1000], 0, 100), [100, 5, 100]);
		assert.equal(shareOut([10, 1000, 1000], 210), [10, 100, 100]);
	});
});
