import type { StreamChoice } from '../core/expectations.ts';
import type { Diagnostic } from '../core/places.ts';
import type { CheckedBy, Mismatch } from './verdict.ts';

/** One stream of an execution as a matcher sees it. */
export interface ObservedText {
	readonly text: string;
	/** True when bytes are missing from the middle of `text`. */
	readonly isCut: boolean;
	/** Offset in `text` where bytes are missing; `null` when nothing is, or nobody knows where. */
	readonly cutAt: number | null;
}

/** Why a matcher did not say yes. */
export interface Complaint extends Omit<Mismatch, 'matcher'> {
	/** True when the output was cut and what was kept can't decide. */
	readonly isUndecided: boolean;
}

/** One demand on the output of a step. */
export interface Matcher {
	/** In few words: `contains "ok"`, `3 lines exactly`. */
	readonly label: string;
	readonly stream: StreamChoice;
	/** @returns `null` when the text is as demanded. Never throws. */
	check(observed: ObservedText): Complaint | null | Promise<Complaint | null>;
	/**
	 * Tells whether this matcher asks for text that makes an error pattern fire.
	 *
	 * @param line - The line that fired, perhaps not yet whole.
	 * @param hit - The part of `line` that the pattern found; never empty.
	 */
	demands(line: string, hit: string): boolean;
	/** Finds what takes longer than compiling; absent when there is nothing to find. */
	diagnose?(): Promise<readonly Diagnostic[]>;
}

/** A compiled expectation; see `docs/expectations.md` for the forms. */
export interface Expectation {
	/** Judged in this order, after the exit code. */
	readonly matchers: readonly Matcher[];
	/** Any of these passes; never empty, each 0 to 255. */
	readonly exitCodes: readonly number[];
	readonly checkedBy: CheckedBy;
	/** What could not be understood or checked, in document order. */
	readonly problems: readonly Diagnostic[];
}

/** Every exit code but 0, for expectations that ask for "non-zero". */
export const NON_ZERO_EXIT_CODES: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);
