import type { PromptResult } from '../core/events.ts';
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

/** What went wrong beside the steps. */
export interface RunProblems {
	/** What an interrupted run ends with; `null`: it was not interrupted. */
	readonly interruptCode: number | null;
	/** A reporter failed, or counts could not be written. */
	readonly hasOwnFailure: boolean;
	/** A ledger is not as it was written; default: false. */
	readonly isTampered?: boolean;
}

/** Draws the conclusion of a run. When several apply, the one of highest concern wins; see `docs/exit-codes.md`. */
export function concludeRun(results: readonly PromptResult[], problems: RunProblems): Conclusion {
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
