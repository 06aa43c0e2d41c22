import type { Complaint } from './expectation.ts';

/**
 * Makes the complaint of a matcher that found a certain difference.
 *
 * @param message - One sentence, capital first, no final period.
 */
export const mismatch = (
	message: string,
	more: Partial<Pick<Complaint, 'firstDifference' | 'diff' | 'hints'>> = {},
): Complaint => ({ isUndecided: false, message, firstDifference: null, diff: [], hints: [], ...more });

/**
 * Makes the complaint of a matcher that would have to see what was not kept.
 *
 * @param demand - Such as `contains "ok"`.
 */
export const undecided = (demand: string): Complaint => ({
	isUndecided: true,
	message: `Only the head and the tail of the output were kept, and they can't decide: ${demand}`,
	firstDifference: null,
	diff: [],
	hints: [],
});
