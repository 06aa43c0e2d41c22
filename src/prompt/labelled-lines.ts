import type { PhrasingContent } from 'mdast';
import { textOf } from './node-text.ts';
import type { SourceText } from './source-text.ts';
import { isWhite } from './white-space.ts';

/** A stretch of one line: text, or one inline node. */
export interface Piece {
	/** `null` for plain text. */
	readonly node: PhrasingContent | null;
	/** Words, inline marks removed. */
	readonly text: string;
	readonly start: number;
	readonly end: number;
}

/** One line of a paragraph or table cell, taken apart into label and value. */
export interface LabelledLine {
	/** Text before the colon, or a whole line in bold; `null` when the line has none. */
	readonly label: string | null;
	/** False for a label without bold or italics, which any sentence with a colon looks like. */
	readonly isMarked: boolean;
	readonly labelStart: number;
	/** What follows the label; the whole line when there is none. */
	readonly value: readonly Piece[];
	/** First character of the value, blanks and colon skipped. */
	readonly valueStart: number;
	/** After the value's last character that is no blank. */
	readonly valueEnd: number;
}

const PLAIN_LABEL = /^\s*([A-Za-z][A-Za-z /&'_()-]{0,40}?)\s?:(?=\s|$)\s*/;
const COLON = /^\s*[:：]\s*/;

/** Splits the content of a paragraph or cell into its lines and finds each line's label. */
export function readLabelledLines(content: readonly PhrasingContent[], source: SourceText): readonly LabelledLine[] {
	return splitLines(content, source).map((pieces) => readLine(pieces, source));
}

function readLine(pieces: readonly Piece[], source: SourceText): LabelledLine {
	const first = pieces.findIndex((piece) => piece.node !== null || hasWord(piece.text));
	const lead = pieces[first];
	const labelStart = (lead ?? pieces[0])?.start ?? 0;
	if (lead?.node?.type === 'strong' || lead?.node?.type === 'emphasis') {
		const marked = readMarkedLabel(lead, pieces.slice(first + 1));
		if (marked !== null) return finishLine({ ...marked, isMarked: true, labelStart }, lead.end, source);
	}
	const plain = lead?.node === null && lead.text.includes(':') ? PLAIN_LABEL.exec(lead.text) : null;
	if (plain?.[1] !== undefined && lead !== undefined) {
		const value = withoutLead([lead, ...pieces.slice(first + 1)], PLAIN_LABEL, source);
		return finishLine({ label: plain[1].trim(), isMarked: false, labelStart, value }, lead.start, source);
	}
	return finishLine({ label: null, isMarked: false, labelStart, value: pieces }, labelStart, source);
}

/** Whether a letter or a digit stands anywhere; in nearly all texts an ASCII one does. */
function hasWord(text: string): boolean {
	for (let at = 0; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code > 127) return /[\p{L}\p{N}]/u.test(text);
		if ((code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122)) return true;
	}
	return false;
}

/** `**Label:** value`, `**Label**: value`, or a line that is bold as a whole. */
function readMarkedLabel(lead: Piece, rest: readonly Piece[]): { label: string; value: readonly Piece[] } | null {
	const text = lead.text.trim();
	if (/[:：]$/.test(text)) return { label: text.slice(0, -1).trim(), value: rest.map(trimLead) };
	const next = rest[0];
	if (next?.node === null && COLON.test(next.text)) {
		return { label: text, value: [shorten(next, next.text.replace(COLON, '')), ...rest.slice(1)] };
	}
	return rest.every((piece) => piece.text.trim() === '') ? { label: text, value: [] } : null;
}

const trimLead = (piece: Piece, index: number): Piece =>
	index === 0 && piece.node === null ? shorten(piece, piece.text.trimStart()) : piece;

const shorten = (piece: Piece, text: string): Piece => ({ ...piece, text });

function withoutLead(pieces: readonly Piece[], pattern: RegExp, source: SourceText): readonly Piece[] {
	const [first, ...rest] = pieces;
	if (first === undefined) return [];
	const raw = pattern.exec(source.text.slice(first.start, first.end))?.[0].length ?? 0;
	return [{ ...first, text: first.text.replace(pattern, ''), start: first.start + raw }, ...rest];
}

function finishLine(
	line: Omit<LabelledLine, 'valueStart' | 'valueEnd'>,
	after: number,
	source: SourceText,
): LabelledLine {
	const value = line.value.filter((piece) => piece.node !== null || piece.text !== '');
	const from = line.label !== null && !line.isMarked ? (line.value[0]?.start ?? after) : after;
	let valueEnd = Math.max(from, value.at(-1)?.end ?? from);
	let valueStart = from;
	while (valueStart < valueEnd && isLead(source.text.charCodeAt(valueStart), line.isMarked)) valueStart += 1;
	while (valueEnd > valueStart && isWhite(source.text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
	const [first, ...rest] = value;
	const begun = first === undefined ? [] : [{ ...first, start: Math.max(first.start, valueStart) }, ...rest];
	return { ...line, value: begun, valueStart, valueEnd };
}

const COLONS: ReadonlySet<number> = new Set([...':：'].map((colon) => colon.charCodeAt(0)));

/** What stands between a label and its value. */
const isLead = (code: number, isMarked: boolean): boolean => isWhite(code) || (isMarked && COLONS.has(code));

function splitLines(content: readonly PhrasingContent[], source: SourceText): readonly (readonly Piece[])[] {
	const lines: Piece[][] = [[]];
	const push = (piece: Piece): void => {
		lines.at(-1)?.push(piece);
	};
	for (const node of content) {
		if (node.type === 'html') continue;
		if (node.type === 'break') lines.push([]);
		else if (node.type !== 'text') {
			push({ node, text: textOf(node), start: source.startOf(node), end: source.endOf(node) });
		} else {
			splitText(node.value, source.startOf(node), source.endOf(node), source).forEach((piece, index) => {
				if (index > 0) lines.push([]);
				push(piece);
			});
		}
	}
	return lines.filter((pieces) => pieces.some((piece) => piece.node !== null || piece.text.trim() !== ''));
}

/** Pairs the decoded lines of a text node with their places: the raw text may hold escapes, references and indents that `value` lacks. */
function splitText(value: string, start: number, end: number, source: SourceText): readonly Piece[] {
	const decoded = hasLineEnd(value) ? value.split(/\r\n|\n|\r/) : [value];
	const raw = splitKeepingLineEnds(source.masked.slice(start, end));
	if (decoded.length !== raw.length) return [{ node: null, text: value.replace(/\s+/g, ' '), start, end }];
	let at = start;
	return raw.map((line, index) => {
		const indent = index === 0 ? 0 : line.length - line.trimStart().length;
		const pieceStart = at + indent;
		const pieceEnd = Math.max(pieceStart, at + line.trimEnd().length);
		at += line.length;
		return { node: null, text: decoded[index] ?? '', start: pieceStart, end: pieceEnd };
	});
}

const hasLineEnd = (text: string): boolean => text.includes('\n') || text.includes('\r');

/** Splits after each line end; the last line is there also when it is empty. */
export function splitKeepingLineEnds(text: string): readonly string[] {
	if (!hasLineEnd(text)) return [text];
	const lines = text.split(/(?<=\n)|(?<=\r)(?!\n)/);
	return /[\r\n]$/.test(text) ? [...lines, ''] : lines;
}
