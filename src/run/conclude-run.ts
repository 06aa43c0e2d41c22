import type { PromptResult, RunTotals } from '../core/events.ts';
import type { Outcome } from '../core/outcomes.ts';

/** How a run ended, as exit code and word. */
export interface Conclusion {
	readonly exitCode: number;
	readonly verdict:
		| 'passed'
		| 'tampered'
		| 'failed'
		| 'unproven'
		| 'infra'
		| 'nothing-selected'
		| 'invalid'
		| 'interrupted';
}

/**
 * Draws the conclusion of a run. When several apply, the one of highest concern wins; see `docs/exit-codes.md`.
 *
 * @param problems - `interruptCode`: what an interrupted run ends with, `null`: it was not interrupted. `hasOwnFailure`: a reporter failed or counts could not be written. `isTampered`: a ledger
 *   is not as it was written; default false.
 */
export function concludeRun(
	results: readonly PromptResult[],
	problems: { readonly interruptCode: number | null; readonly hasOwnFailure: boolean; readonly isTampered?: boolean },
): Conclusion {
	const steps = results.flatMap((result) => result.steps);
	const has = (...outcomes: Outcome[]): boolean => steps.some((step) => outcomes.includes(step.outcome));
	if (problems.interruptCode !== null) return { exitCode: problems.interruptCode, verdict: 'interrupted' };
	if (problems.isTampered === true) return { exitCode: 6, verdict: 'tampered' };
	if (has('refused')) return { exitCode: 2, verdict: 'invalid' };
	if (has('unproven')) return { exitCode: 4, verdict: 'unproven' };
	if (has('failed', 'flaky')) return { exitCode: 1, verdict: 'failed' };
	if (has('infra') || problems.hasOwnFailure) return { exitCode: 3, verdict: 'infra' };
	if (!has('passed')) return { exitCode: 5, verdict: 'nothing-selected' };
	return { exitCode: 0, verdict: 'passed' };
}

/** Adds up a run. `durationMs` is the wall time, not the sum of the steps. */
export function sumRun(results: readonly PromptResult[], durationMs: number): RunTotals {
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
	const steps = results.flatMap((result) => result.steps);
	for (const step of steps) byOutcome[step.outcome] += 1;
	return { prompts: results.length, steps: steps.length, byOutcome, durationMs: Math.round(durationMs) };
}
