/** How a step or a prompt ended. Only `passed`, `failed` and `flaky` score. */
export type Outcome = 'passed' | 'failed' | 'flaky' | 'unproven' | 'infra' | 'refused' | 'skipped' | 'aborted';

/**
 * Why an outcome is what it is. One reason belongs to one outcome:
 *
 * - `failed`: `exit-code` `mismatch` `error-pattern` `stall` `timeout` `truncated` `not-ready`
 * - `unproven`: `no-marker` `no-bracket` `cut-bracket` `digest-differs` `no-signature` `bad-signature` `attestation-mismatch` `unknown-key`
 *   `stale-key`
 * - `infra`: `executor-lost` `executor-refused` `protocol-error` `spawn-failed` `setup-failed`
 * - `refused`: `placeholder` `prose` `no-command` `invalid`
 * - `skipped`: `earlier-failure` `platform` `requires`
 * - `aborted`: `interrupted`
 */
export type Reason =
	| 'exit-code'
	| 'mismatch'
	| 'error-pattern'
	| 'stall'
	| 'timeout'
	| 'truncated'
	| 'not-ready'
	| 'no-marker'
	| 'no-bracket'
	| 'cut-bracket'
	| 'digest-differs'
	| 'no-signature'
	| 'bad-signature'
	| 'attestation-mismatch'
	| 'unknown-key'
	| 'stale-key'
	| 'executor-lost'
	| 'executor-refused'
	| 'protocol-error'
	| 'setup-failed'
	| 'spawn-failed'
	| 'placeholder'
	| 'prose'
	| 'no-command'
	| 'invalid'
	| 'earlier-failure'
	| 'platform'
	| 'requires'
	| 'interrupted';

/** What a found marker proves, weakest first; see `docs/evidence.md`. */
export const EVIDENCE_LEVELS = ['none', 'claimed', 'printed', 'bound', 'signed'] as const;

/** One of {@link EVIDENCE_LEVELS}. */
export type Evidence = (typeof EVIDENCE_LEVELS)[number];

/**
 * Tells whether evidence reaches a needed level.
 *
 * @returns True when `reached` is `needed` or stronger.
 */
export function isProven(reached: Evidence, needed: Evidence): boolean {
	return EVIDENCE_LEVELS.indexOf(reached) >= EVIDENCE_LEVELS.indexOf(needed);
}

/** Successes and failures; both integers of 0 or more. */
export interface Counts {
	readonly success: number;
	readonly failure: number;
}

/**
 * Turns an outcome into what it adds to the counts.
 *
 * @returns One success for `passed`, one failure for `failed` and `flaky`, nothing for all others.
 */
export function scoreOf(outcome: Outcome): Counts {
	if (outcome === 'passed') return { success: 1, failure: 0 };
	if (outcome === 'failed' || outcome === 'flaky') return { success: 0, failure: 1 };
	return { success: 0, failure: 0 };
}
