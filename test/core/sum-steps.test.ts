import * as assert from 'uvu/assert';
import { sumSteps } from '../../src/core/sum-steps.ts';
import { aPrompt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const prompts = [
	aPrompt({ steps: [aStep({ outcome: 'passed' }), aStep({ outcome: 'failed' })], durationMs: 30 }),
	aPrompt({ steps: [aStep({ outcome: 'passed' })], durationMs: 12 }),
];

describe('sumSteps()', ({ test }) => {
	test('counts steps by outcome over all prompts', () => {
		const totals = sumSteps(prompts);
		assert.equal([totals.prompts, totals.steps, totals.byOutcome.passed, totals.byOutcome.failed], [2, 3, 2, 1]);
	});

	test('takes as long as all prompts together, unless told', () => {
		assert.is(sumSteps(prompts).durationMs, 42);
		assert.is(sumSteps(prompts, 12.6).durationMs, 13);
	});
});
