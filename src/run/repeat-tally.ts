import type { PromptResult, RepeatSummary, StepRef } from '../core/events.ts';
import type { Outcome } from '../core/outcomes.ts';

/** Adds up the runs of a repetition, step by step. */
export interface RepeatTally {
	/** Takes note of a run's results. */
	add(prompts: readonly PromptResult[]): void;
	/**
	 * @param number - Of the run that was added last, from 1.
	 * @param of - How many there will be.
	 */
	summarize(number: number, of: number): RepeatSummary;
}

/** Makes an empty tally. */
export function createRepeatTally(): RepeatTally {
	const steps = new Map<string, { readonly step: StepRef; readonly outcomes: Outcome[] }>();
	return {
		add(prompts) {
			for (const { file, number, name, line, outcome } of prompts.flatMap((prompt) => prompt.steps)) {
				const key = JSON.stringify([file, number]);
				const known = steps.get(key) ?? { step: { file, number, name, line }, outcomes: [] };
				known.outcomes.push(outcome);
				steps.set(key, known);
			}
		},
		summarize: (number, of) => ({
			number,
			of,
			steps: [...steps.values()]
				.map(({ step, outcomes }) => ({ ...step, ...summarizeOutcomes(outcomes) }))
				.sort((a, b) => (a.file === b.file ? a.number - b.number : a.file < b.file ? -1 : 1)),
		}),
	};
}

function summarizeOutcomes(outcomes: readonly Outcome[]) {
	const scored = outcomes.filter((outcome) => outcome === 'passed' || outcome === 'failed' || outcome === 'flaky');
	const passed = scored.filter((outcome) => outcome === 'passed').length;
	const turns = scored.slice(1).filter((outcome, index) => outcome === 'flaky' || outcome !== scored[index]).length;
	return {
		passed,
		scored: scored.length,
		flakiness: scored.length < 2 ? null : turns / (scored.length - 1),
		passPower: powersUpTo(scored.length).map((k) => ({ k, estimate: estimatePassPower(passed, scored.length, k) })),
	};
}

/** 1, 2, 4, … and the number itself: each of a thousand would say no more. */
function powersUpTo(most: number): readonly number[] {
	const powers: number[] = [];
	for (let k = 1; k < most; k *= 2) powers.push(k);
	return most === 0 ? [] : [...powers, most];
}

/**
 * Estimates pass^k: how likely a step passes k times in a row. Without bias: the share of all choices of k trials that hold passes only.
 *
 * @param passed - Of `trials`.
 * @param k - From 1 to `trials`.
 * @returns From 0 to 1.
 * @see Yao et al., tau-bench (2024), section 3: C(c, k) / C(n, k)
 */
export function estimatePassPower(passed: number, trials: number, k: number): number {
	let estimate = 1;
	for (let drawn = 0; drawn < k; drawn += 1) estimate *= Math.max(0, passed - drawn) / (trials - drawn);
	return estimate;
}
