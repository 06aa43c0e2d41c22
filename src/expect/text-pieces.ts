import type { ObservedText } from './expectation.ts';
import { type ObservedLines, splitLines } from './observed-lines.ts';

/**
 * Parts a text where bytes are missing.
 *
 * @returns One piece, or head and tail.
 */
export const piecesOf = ({ text, cutAt }: ObservedText): readonly string[] =>
	cutAt === null ? [text] : [text.slice(0, cutAt), text.slice(cutAt)];

/** The whole lines of an output and where others are missing. */
export interface SeenLines {
	readonly lines: ObservedLines;
	/** Index before which lines are missing; `null`: none are. */
	readonly cut: number | null;
}

/**
 * Parts a text into lines; those that a cut goes through are left out, since nobody knows what they were.
 *
 * @returns `null` when the text is cut and nobody knows where.
 */
export function seenLines(observed: ObservedText): SeenLines | null {
	if (!observed.isCut) return { lines: splitLines(observed.text), cut: null };
	if (observed.cutAt === null) return null;
	const [head = '', tail = ''] = piecesOf(observed);
	const before = head.slice(0, head.lastIndexOf('\n') + 1);
	// The tail begins inside a line.
	const after = tail.includes('\n') ? tail.slice(tail.indexOf('\n') + 1) : '';
	return { lines: splitLines(before + after), cut: splitLines(before).texts.length };
}
