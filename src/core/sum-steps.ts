import type { PromptResult, RunTotals } from './events.ts';
import type { Outcome } from './outcomes.ts';

/**
 * Adds up the steps of some prompts.
 *
 * @param durationMs - What the whole took, rounded; default: the sum over the prompts. Of prompts that ran side by side it is less.
 */
export function sumSteps(prompts: readonly PromptResult[], durationMs?: number): RunTotals {
	const byOutcome: Record<Outcome, number> = {
		passed: 0,
		failed: 0,
		flaky: 0,
		unproven: 0,
		infra: 0,
		refused: 0,
		skipped: 0,
		aborted: 0,
	};
	const steps = prompts.flatMap((prompt) => prompt.steps);
	for (const step of steps) byOutcome[step.outcome] += 1;
	const sumMs = prompts.reduce((sum, prompt) => sum + prompt.durationMs, 0);
	return { prompts: prompts.length, steps: steps.length, byOutcome, durationMs: Math.round(durationMs ?? sumMs) };
}
