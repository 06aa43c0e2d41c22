import * as assert from 'uvu/assert';
import type { Outcome } from '../../src/core/outcomes.ts';
import { concludeRun } from '../../src/run/conclude-run.ts';
import { aPrompt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const runOf = (...outcomes: Outcome[]) => [aPrompt({ steps: outcomes.map((outcome) => aStep({ outcome })) })];
const fine = { interruptCode: null, hasOwnFailure: false };
const codeOf = (...outcomes: Outcome[]): number => concludeRun(runOf(...outcomes), fine).exitCode;

describe('concludeRun()', ({ test }) => {
	test('has a code for each outcome', () => {
		const outcomes: Outcome[] = ['passed', 'failed', 'flaky', 'refused', 'infra', 'unproven', 'skipped'];
		assert.equal(
			outcomes.map((outcome) => codeOf(outcome)),
			[0, 1, 1, 2, 3, 4, 5],
		);
	});
	test('lets the highest concern win: 2, 4, 1, 3, 5', () => {
		assert.is(codeOf('passed', 'infra', 'failed', 'unproven', 'refused'), 2);
		assert.is(codeOf('passed', 'infra', 'failed', 'unproven'), 4);
		assert.is(codeOf('passed', 'infra', 'failed'), 1);
		assert.is(codeOf('passed', 'infra'), 3);
		assert.is(codeOf('passed', 'skipped'), 0);
	});
	test('is an interruption first of all', () => {
		for (const exitCode of [130, 143]) {
			const conclusion = concludeRun(runOf('failed'), { ...fine, interruptCode: exitCode });
			assert.equal(conclusion, { exitCode, verdict: 'interrupted' });
		}
	});
	test('is no success when counts or reports could not be written', () => {
		assert.is(concludeRun(runOf('passed'), { ...fine, hasOwnFailure: true }).exitCode, 3);
		assert.is(concludeRun(runOf('failed'), { ...fine, hasOwnFailure: true }).exitCode, 1);
	});
});
