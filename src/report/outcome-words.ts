import type { Outcome } from '../core/outcomes.ts';

/** How the terminal writes each outcome. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
	passed: 'PASS',
	failed: 'FAIL',
	flaky: 'FLAKY',
	unproven: 'UNPROVEN',
	infra: 'INFRA',
	refused: 'REFUSED',
	skipped: 'SKIP',
	aborted: 'ABORTED',
};
