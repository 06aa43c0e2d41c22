import type { Counts } from '../core/outcomes.ts';
import { runsForLowerBound, wilsonLowerBound } from './wilson.ts';

/** Where a prompt stands. */
export type Stage = 'development' | 'graduated' | 'trusted';

/** What the rule says of counts alone. */
export interface CountsVerdict {
	/** Ten successes or more for each failure, and ten at least. */
	readonly isMet: boolean;
	/** `trusted`: the rule is met and the bound is 0.90 or more. */
	readonly stage: Stage;
	/** Successes for each failure; `null` without a failure, since nothing can be divided by it. */
	readonly ratio: number | null;
	/** Wilson 95 % lower bound, 0 to 1. */
	readonly bound: number;
	/** Successes in a row that are still needed for the rule; 0 when it is met. */
	readonly cleanRunsMissing: number;
	/** Successes in a row that are still needed to be trusted; 0 when it is. */
	readonly cleanRunsToTrusted: number;
}

/** Successes that each failure takes, and the least for graduation. */
export const SUCCESSES_PER_FAILURE = 10;

/** Bound from which a graduated prompt is trusted. */
export const TRUSTED_BOUND = 0.9;

/**
 * Judges counts alone by the graduation rule: successes ≥ 10 × max(1, failures). What else the gate asks stands in `judgeGate`.
 *
 * @param counts - Integers of 0 or more.
 */
export function judgeCounts(counts: Counts): CountsVerdict {
	const { success, failure } = counts;
	const cleanRunsMissing = Math.max(0, SUCCESSES_PER_FAILURE * Math.max(1, failure) - success);
	const cleanRunsToTrusted = Math.max(cleanRunsMissing, runsForLowerBound(failure, TRUSTED_BOUND) - success - failure);
	const isMet = cleanRunsMissing === 0;
	return {
		isMet,
		stage: !isMet ? 'development' : cleanRunsToTrusted === 0 ? 'trusted' : 'graduated',
		ratio: failure === 0 ? null : success / failure,
		bound: wilsonLowerBound(counts),
		cleanRunsMissing,
		cleanRunsToTrusted,
	};
}
