import * as assert from 'uvu/assert';
import { formatCounts, formatPrompt, formatSummary } from '../../src/report/format-prompt.ts';
import { aPrompt, aStep, someCounts } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const gate = { ratio: null, bound: 0.757, cleanRunsMissing: 0 };

describe('formatPrompt()', ({ test }) => {
	test('is one short line for a prompt that passed', () => {
		assert.is(formatPrompt(aPrompt(), '11:0 -> 12:0'), 'PASS  prompts/deploy.md  1 step  20ms  11:0 -> 12:0');
	});
	test('counts the outcomes of one that did not', () => {
		const steps = [aStep(), aStep({ outcome: 'failed' }), aStep({ outcome: 'skipped' })];
		assert.is(
			formatPrompt(aPrompt({ outcome: 'failed', steps }), null),
			'FAIL  prompts/deploy.md  1 passed, 1 failed, 1 skipped  20ms',
		);
	});
	test('says how many steps were checked by their exit code only', () => {
		const line = formatPrompt(aPrompt({ steps: [aStep({ checkedBy: 'exit-code' })] }), null);
		assert.match(line, '(1 by exit code only)');
	});
});

describe('formatCounts()', ({ test }) => {
	test('shows the change, the bound and the stage', () => {
		assert.is(formatCounts(someCounts(), gate), '11:0 -> 12:0  bound 0.76  graduated');
	});
	test('says how many are missing', () => {
		const counts = someCounts({
			before: { success: 3, failure: 1 },
			after: { success: 4, failure: 1 },
			stage: 'development',
		});
		assert.is(
			formatCounts(counts, { ratio: 4, bound: 0.4, cleanRunsMissing: 6 }),
			'3:1 -> 4:1  bound 0.40  development, 6 to go',
		);
	});
	test('says what was not written and why', () => {
		assert.match(String(formatCounts(someCounts({ write: 'dry' }), gate)), '(not written)');
		assert.is(
			formatCounts(someCounts({ write: 'refused', detail: 'the disk is full' }), gate),
			'not counted: the disk is full',
		);
	});
});

describe('formatSummary()', ({ test }) => {
	test('starts with the verdict and ends with where to read on', () => {
		const byOutcome = { passed: 9, failed: 1, flaky: 0, unproven: 0, infra: 0, refused: 0, skipped: 4, aborted: 0 };
		const totals = { prompts: 3, steps: 14, byOutcome, durationMs: 4200 };
		assert.is(
			formatSummary({ verdict: 'failed', totals, run: 'r', reportFolder: 'reports/r' }),
			'failed  3 prompts, steps: 9 passed, 1 failed, 4 skipped  4.2s  reports/r',
		);
	});
});
