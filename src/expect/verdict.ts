/** How far a step's result was really checked. */
export type CheckedBy =
	/** Output and exit code. */
	| 'output'
	/** The expectation is prose that no program can judge (or there is none): the exit code alone decided. */
	| 'exit-code';

/** What a step printed, as far as it was kept. */
export interface ObservedOutput {
	/** Both streams in the order they were read. */
	readonly combined: string;
	readonly stdout: string;
	readonly stderr: string;
	/** True when bytes are missing from the middle of the texts (only head and tail were kept). */
	readonly isCut: boolean;
	/** Where they are missing: offset into each text, `null` in a text that is whole. Absent: nobody knows where. */
	readonly cutAt?: {
		readonly combined: number | null;
		readonly stdout: number | null;
		readonly stderr: number | null;
	};
}

/** What is compared against an expectation. */
export interface Observed {
	readonly output: ObservedOutput;
	/** 0 to 255, or `null` when a signal ended the process. */
	readonly exitCode: number | null;
	readonly signal: string | null;
}

/** One line of an aligned diff. */
export interface DiffLine {
	/** `same`: in both. `missing`: expected, not printed. `surplus`: printed, not expected. */
	readonly kind: 'same' | 'missing' | 'surplus';
	/** Line number in the output, from 1; `null` for `missing`. */
	readonly actualLine: number | null;
	/** Line number in the expectation, from 1; `null` for `surplus`. */
	readonly expectedLine: number | null;
	/** As printed or as expected, without its newline, at most 2,000 characters; with escapes where only what is invisible differs. */
	readonly text: string;
}

/** Where output and expectation part first. */
export interface FirstDifference {
	/** Line of the expectation, from 1; `null` when the output goes on after the expectation's end. */
	readonly expectedLine: number | null;
	/** A line, a text that must be contained, or a place in a JSON value with what it must be: `$.items[0] = 1`. */
	readonly expected: string | null;
	/** Line of the output, from 1; `null` when the output ended. */
	readonly actualLine: number | null;
	readonly actual: string | null;
}

/** Why a matcher said no. */
export interface Mismatch {
	/** Which matcher, in the words of the expectation: `exit code 0`, `contains "ok"`, `line 2`. */
	readonly matcher: string;
	/** One sentence, capital first, no final period. */
	readonly message: string;
	readonly firstDifference: FirstDifference | null;
	/** Aligned, at most 200 lines around the first difference; empty when alignment says nothing. */
	readonly diff: readonly DiffLine[];
	/** Only what is certain: "matches after stripping ANSI", "matches as unordered", "matches if the trailing newline is ignored". */
	readonly hints: readonly string[];
}

/** The judgement of one execution against one expectation. */
export interface Verdict {
	readonly isMatch: boolean;
	/**
	 * Absent on a match. `truncated`: the output was cut and what was kept can't decide.
	 * The exit code is judged first and alone.
	 */
	readonly reason?: 'exit-code' | 'mismatch' | 'truncated';
	readonly checkedBy: CheckedBy;
	/** The first matcher that said no; `null` on a match. */
	readonly mismatch: Mismatch | null;
}
