import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { followPrompt, formatGateTable } from '../../scripts/gate-table.ts';
import { judgeCounts } from '../../src/gate/judge-counts.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const isGraduated = (success: number, failure: number): boolean => judgeCounts({ success, failure }).isMet;
const near = (actual: number, wanted: number): void =>
	assert.ok(Math.abs(actual - wanted) < 1e-12, `${actual} is not ${wanted}`);

describe('followPrompt()', ({ test }) => {
	test('gives what can be said by hand of the first runs', () => {
		// Ten passes in a row, or eleven runs of which one of the first ten failed.
		near(followPrompt(0.75, isGraduated, 10).ever, 0.75 ** 10);
		near(followPrompt(0.75, isGraduated, 11).ever, 0.75 ** 10 + 10 * 0.25 * 0.75 ** 10);
		near(followPrompt(0.75, isGraduated, 11).last, 0.75 ** 11 + 11 * 0.25 * 0.75 ** 10);
	});
	test('lets everything through or nothing at the ends', () => {
		for (const rate of [0, 1]) {
			const { ever, last } = followPrompt(rate, isGraduated, 40);
			near(ever, rate);
			near(last, rate);
		}
	});
	test('never gives fewer prompts that got through than are through, nor fewer to the better prompt', () => {
		const rates = fc.double({ min: 0, max: 1, noNaN: true });
		check(
			fc.property(rates, rates, fc.integer({ min: 1, max: 60 }), (one, other, runs) => {
				const [worse, better] = [one, other].sort((a, b) => a - b).map((rate) => followPrompt(rate, isGraduated, runs));
				assert.ok(worse && better && worse.ever <= better.ever + 1e-9 && worse.last <= worse.ever + 1e-9);
			}),
			{ numRuns: 40 },
		);
	});
});

describe('docs/gate.md', ({ test }) => {
	test('shows the table as it is computed: node --import tsx scripts/gate-table.ts', () => {
		assert.ok(readFileSync('docs/gate.md', 'utf8').includes(`\n${formatGateTable()}\n`));
	});
});
