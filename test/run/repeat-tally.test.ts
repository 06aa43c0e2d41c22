import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { PromptResult } from '../../src/core/events.ts';
import type { Outcome } from '../../src/core/outcomes.ts';
import { createBail } from '../../src/run/bail.ts';
import { createRepeatTally, estimatePassPower } from '../../src/run/repeat-tally.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const resultOf = (...outcomes: Outcome[]): readonly PromptResult[] => [
	{
		steps: outcomes.map((outcome, index) => ({ file: 'a.md', number: index + 1, name: 'A', line: 1, outcome })),
	} as unknown as PromptResult,
];

describe('createRepeatTally()', ({ test }) => {
	test('counts what scored, and how often it changed', () => {
		const tally = createRepeatTally();
		for (const outcome of ['passed', 'failed', 'passed', 'skipped', 'passed'] as const)
			tally.add(resultOf('passed', outcome));
		const { number, of, steps } = tally.summarize(5, 5);
		assert.equal([number, of, steps.length], [5, 5, 2]);
		assert.equal([steps[0]?.passed, steps[0]?.scored, steps[0]?.flakiness], [5, 5, 0]);
		assert.equal([steps[1]?.passed, steps[1]?.scored, steps[1]?.flakiness], [3, 4, 2 / 3]);
		assert.equal(steps[1]?.passPower, [
			{ k: 1, estimate: 0.75 },
			{ k: 2, estimate: 0.5 },
			{ k: 4, estimate: 0 },
		]);
	});
	test('says nothing of a step that never scored', () => {
		const tally = createRepeatTally();
		tally.add(resultOf('infra'));
		const [step] = tally.summarize(1, 1).steps;
		assert.equal([step?.scored, step?.flakiness, step?.passPower], [0, null, []]);
	});
});

describe('estimatePassPower()', ({ test }) => {
	test('is the share of all choices of k trials that hold passes only', () => {
		check(
			fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), fc.nat(8), (trials, extra) => {
				const k = 1 + (extra % trials.length);
				const choices = choose(trials, k);
				const share = choices.filter((choice) => choice.every(Boolean)).length / choices.length;
				const passed = trials.filter(Boolean).length;
				assert.ok(Math.abs(estimatePassPower(passed, trials.length, k) - share) < 1e-9);
			}),
		);
	});
});

const choose = (items: readonly boolean[], k: number): readonly (readonly boolean[])[] => {
	if (k === 0) return [[]];
	return items.flatMap((item, index) => choose(items.slice(index + 1), k - 1).map((rest) => [item, ...rest]));
};

describe('createBail()', ({ test }) => {
	test('stops after so many failures, and not for what was skipped', () => {
		const bail = createBail(2);
		for (const outcome of ['failed', 'skipped', 'passed', 'aborted'] as const) bail.note({ outcome });
		assert.is(bail.reason, null);
		bail.note({ outcome: 'unproven' });
		assert.is(bail.reason, 'The run stopped after 2 failures (--bail 2)');
	});
	test('never stops when not asked to', () => {
		const bail = createBail(null);
		bail.note({ outcome: 'failed' });
		assert.is(bail.reason, null);
	});
});
