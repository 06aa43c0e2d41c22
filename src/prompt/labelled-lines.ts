import type { PhrasingContent, Text } from 'mdast';
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

/** Before it may stand emoji, ticks, bullets that markdown knows nothing of. */
const PLAIN_LABEL = /^[\s\p{So}\p{M}\p{Cf}•·‣]*([A-Za-z][A-Za-z /&'_()-]{0,40}?)\s?(?::(?=\s|$)|：)\s*/u;
/** Letters of all languages take twice as long, and hardly a line needs them. */
const FOREIGN_LABEL = /^[\s\p{So}\p{M}\p{Cf}•·‣]*(\p{L}[\p{L} /&'’_()-]{0,40}?)\s?(?::(?=\s|$)|：)\s*/u;
const FOREIGN_LETTER = /[\u00c0-\u024f\u3040-\u30ff\u4e00-\u9fff]/;

const matchPlainLabel = (text: string): RegExpExecArray | null =>
	PLAIN_LABEL.exec(text) ?? (FOREIGN_LETTER.test(text) ? FOREIGN_LABEL.exec(text) : null);

const COLON = /^\s*[:：]\s*/;
const COLON_ANYWHERE = /[:：]/;

/** Splits the content of a paragraph or cell into its lines and finds each line's label. */
export function readLabelledLines(content: readonly PhrasingContent[], source: SourceText): readonly LabelledLine[] {
	const lines: LabelledLine[] = [];
	for (const pieces of splitLines(content, source)) if (pieces.some(isSaying)) lines.push(readLine(pieces, source));
	return lines;
}

const isSaying = ({ node, text }: Piece): boolean => node !== null || text.trim() !== '';

function readLine(pieces: readonly Piece[], source: SourceText): LabelledLine {
	const first = pieces.findIndex(({ node, text }) => node !== null || hasWord(text));
	const lead = pieces[first];
	const labelStart = (lead ?? pieces[0])?.start ?? 0;
	if (lead?.node?.type === 'strong' || lead?.node?.type === 'emphasis') {
		const marked = readMarkedLabel(lead, pieces, first + 1);
		if (marked !== null)
			return finishLine(marked.label, marked.value, { isMarked: true, labelStart, after: lead.end }, source);
	}
	const plain = lead?.node === null && COLON_ANYWHERE.test(lead.text) ? matchPlainLabel(lead.text) : null;
	if (plain?.[1] !== undefined && lead !== undefined) {
		const value = withoutLabel(pieces, first, plain[0].length, source);
		return finishLine(plain[1].trim(), value, { isMarked: false, labelStart, after: lead.start }, source);
	}
	return finishLine(null, pieces, { isMarked: false, labelStart, after: labelStart }, source);
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
function readMarkedLabel(
	lead: Piece,
	pieces: readonly Piece[],
	from: number,
): { label: string; value: readonly Piece[] } | null {
	const text = lead.text.trim();
	const next = pieces[from];
	if (isColon(text.charCodeAt(text.length - 1))) {
		const label = text.slice(0, -1).trim();
		return { label, value: withFirst(pieces, from, next?.node === null ? next.text.trimStart() : null) };
	}
	if (next?.node === null && COLON.test(next.text)) {
		return { label: text, value: withFirst(pieces, from, next.text.replace(COLON, '')) };
	}
	for (let at = from; at < pieces.length; at += 1) if (pieces[at]?.text.trim() !== '') return null;
	return { label: text, value: [] };
}

/** The pieces from one on, that one with another text; `null`: as it is. */
function withFirst(pieces: readonly Piece[], from: number, text: string | null): readonly Piece[] {
	const value = pieces.slice(from);
	const [first] = value;
	if (first !== undefined && text !== null) value[0] = { node: first.node, text, start: first.start, end: first.end };
	return value;
}

/** @param length - Of the label in the words of the first piece; in the source it may be longer. */
function withoutLabel(pieces: readonly Piece[], from: number, length: number, source: SourceText): readonly Piece[] {
	const value = pieces.slice(from);
	const [first] = value;
	if (first === undefined) return [];
	const { node, text, start, end } = first;
	const raw = matchPlainLabel(source.text.slice(start, end))?.[0].length ?? 0;
	value[0] = { node, text: text.slice(length), start: start + raw, end };
	return value;
}

/** What is known of a line before its value is cut to size. */
interface LinePlace extends Pick<LabelledLine, 'isMarked' | 'labelStart'> {
	/** Where the value begins, blanks and colon included. */
	readonly after: number;
}

function finishLine(
	label: string | null,
	pieces: readonly Piece[],
	{ isMarked, labelStart, after }: LinePlace,
	source: SourceText,
): LabelledLine {
	const { text } = source;
	const value = pieces.every(isThere) ? pieces : pieces.filter(isThere);
	let valueStart = label !== null && !isMarked ? (pieces[0]?.start ?? after) : after;
	let valueEnd = Math.max(valueStart, value.at(-1)?.end ?? valueStart);
	while (valueStart < valueEnd && isBeforeValue(text.charCodeAt(valueStart), isMarked)) valueStart += 1;
	while (valueEnd > valueStart && isWhite(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
	return { label, isMarked, labelStart, value: beginningAt(value, valueStart), valueStart, valueEnd };
}

const isThere = ({ node, text }: Piece): boolean => node !== null || text !== '';

function beginningAt(value: readonly Piece[], valueStart: number): readonly Piece[] {
	const [first] = value;
	if (first === undefined || first.start >= valueStart) return value;
	const begun = value.slice();
	begun[0] = { node: first.node, text: first.text, start: valueStart, end: first.end };
	return begun;
}

const isBeforeValue = (code: number, isMarked: boolean): boolean => isWhite(code) || (isMarked && isColon(code));

/** The label of a line as a part of its words, where it is none after all. */
export const leadOf = (line: LabelledLine): Piece => ({
	node: null,
	text: `${line.label ?? ''}: `,
	start: line.labelStart,
	end: line.value[0]?.start ?? line.valueEnd,
});

const isColon = (code: number): boolean => code === 0x3a || code === 0xff1a;

function splitLines(content: readonly PhrasingContent[], source: SourceText): readonly (readonly Piece[])[] {
	const lines: Piece[][] = [];
	let line: Piece[] = [];
	const end = (): void => {
		lines.push(line);
		line = [];
	};
	for (const node of content) {
		if (node.type === 'html') continue;
		if (node.type === 'break') end();
		else if (node.type === 'text') {
			const pieces = splitText(node, source);
			for (let index = 0; index < pieces.length; index += 1) {
				if (index > 0) end();
				line.push(pieces[index] as Piece);
			}
		} else line.push({ node, text: textOf(node), start: source.startOf(node), end: source.endOf(node) });
	}
	end();
	return lines;
}

/** Pairs the decoded lines of a text node with their places: the raw text may hold escapes, references and indents that `value` lacks. */
function splitText(node: Text, source: SourceText): readonly Piece[] {
	const { value } = node;
	const [start, end] = [source.startOf(node), source.endOf(node)];
	const isOneLine = !hasLineEnd(value);
	// Nothing was taken away, so no line end was.
	if (isOneLine && value.length === end - start) return [onePiece(value, start, end, source)];
	const decoded = isOneLine ? [value] : value.split(/\r\n|\n|\r/);
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

function onePiece(value: string, start: number, end: number, { masked }: SourceText): Piece {
	let stop = end;
	while (stop > start && isWhite(masked.charCodeAt(stop - 1))) stop -= 1;
	return { node: null, text: value, start, end: stop };
}

const hasLineEnd = (text: string): boolean => text.includes('\n') || text.includes('\r');

/** Splits after each line end; the last line is there also when it is empty. */
export function splitKeepingLineEnds(text: string): readonly string[] {
	if (!hasLineEnd(text)) return [text];
	const lines = text.split(/(?<=\n)|(?<=\r)(?!\n)/);
	return /[\r\n]$/.test(text) ? [...lines, ''] : lines;
}
