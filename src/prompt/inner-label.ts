import type { Piece } from './labelled-lines.ts';
import { readStepLabel, type StepLabel } from './labels.ts';

/** A line with a second label, taken apart. */
export interface InnerLabel {
	/** What stands before it, the punctuation between them left out. */
	readonly before: readonly Piece[];
	readonly label: StepLabel;
	/** As written. */
	readonly text: string;
	readonly labelStart: number;
	readonly after: readonly Piece[];
}

/** Words that a label for an expectation begins with, up to its colon. */
const EXPECTATION =
	/(?:^|[\s,;.|(→–—-])((?:the )?(?:expect|should|success|acceptance|pass|you should)[a-z]*(?: [a-z]+){0,3}) ?[:：]\s*/i;

/** Finds the label of an expectation behind a command, as in "Run: `make` Expected: `done`". */
export function findInnerLabel(value: readonly Piece[]): InnerLabel | null {
	for (let at = 1; at < value.length; at += 1) {
		const piece = value[at];
		if (piece === undefined) break;
		const found = piece.node === null ? inText(piece) : inMarks(piece, value[at + 1]);
		if (found === null) continue;
		const { head, tail, skipped, ...label } = found;
		const before = [...value.slice(0, at), ...(head === null ? [] : [head])];
		const after = [...(tail === null ? [] : [tail]), ...value.slice(at + 1 + skipped)];
		const isInParentheses = before.at(-1)?.text.endsWith('(') ?? false;
		return { ...label, before: withoutPunctuation(before), after: isInParentheses ? withoutEnd(after) : after };
	}
	return null;
}

interface Found extends Pick<InnerLabel, 'label' | 'text' | 'labelStart'> {
	readonly head: Piece | null;
	readonly tail: Piece | null;
	/** Pieces after the label's own that are used up. */
	readonly skipped: number;
}

function inText(piece: Piece): Found | null {
	const match = EXPECTATION.exec(piece.text);
	const text = match?.[1];
	const label = text === undefined ? null : readStepLabel(text, false);
	if (match === null || text === undefined || label?.kind !== 'expected') return null;
	const labelAt = match.index + match[0].indexOf(text);
	const rest = piece.text.slice(match.index + match[0].length);
	const head = { ...piece, text: piece.text.slice(0, labelAt), end: piece.start + labelAt };
	const tail =
		rest === '' ? null : { ...piece, text: rest, start: Math.max(piece.start, piece.end - rest.trimEnd().length) };
	return { label, text, labelStart: piece.start + labelAt, head, tail, skipped: 0 };
}

/** `**Expected:** x` and `**Expected**: x`. */
function inMarks(piece: Piece, next: Piece | undefined): Found | null {
	if (piece.node?.type !== 'strong' && piece.node?.type !== 'emphasis') return null;
	const colon = /\s*[:：]\s*$/.exec(piece.text);
	const nextColon = next?.node === null ? /^\s*[:：]\s*/.exec(next.text) : null;
	const text = piece.text.slice(0, colon?.index).trim();
	const label = colon === null && nextColon === null ? null : readStepLabel(text, true);
	if (label?.kind !== 'expected') return null;
	const found = { label, text, labelStart: piece.start, head: null };
	if (nextColon === null || next === undefined) return { ...found, tail: null, skipped: 0 };
	const [{ length }] = nextColon;
	const tail =
		length === next.text.length ? null : { ...next, text: next.text.slice(length), start: next.start + length };
	return { ...found, tail, skipped: 1 };
}

/** Between the two stands a blank, a comma, a dash, an opening parenthesis. */
function withoutPunctuation(pieces: readonly Piece[]): readonly Piece[] {
	const last = pieces.at(-1);
	return last?.node === null && /^[\s,;.|(→–—-]*$/.test(last.text) ? pieces.slice(0, -1) : pieces;
}

/** "(expected: 3)": the last parenthesis is none of the value. */
function withoutEnd(pieces: readonly Piece[]): readonly Piece[] {
	const last = pieces.at(-1);
	const text = last?.node === null ? last.text.replace(/\)\s*[.;,]?\s*$/, '') : undefined;
	if (last === undefined || text === undefined) return pieces;
	const rest = text === '' ? [] : [{ ...last, text, end: Math.min(last.end, last.start + text.length) }];
	return [...pieces.slice(0, -1), ...rest];
}
