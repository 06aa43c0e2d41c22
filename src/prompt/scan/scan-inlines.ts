import type { PhrasingContent } from 'mdast';
import { position } from './nodes.ts';

/** Characters that may begin or end something; all others are text. */
const SPECIAL: ReadonlySet<number> = new Set([...'`*_<&\\\n['].map((mark) => mark.charCodeAt(0)));
/** A link whose text and address hold nothing that could mean something else. */
const LINK = /\[([^[\]`*_~<&\\!\r\n]+)\]\(([^\s()<>&\\`*_[\]"']+)\)/y;
const REFERENCE = /&(?:#\w{1,8}|\w{1,31});/y;
const ESCAPABLE = /[!-/:-@[-`{-~]/;

/**
 * Reads the content of a paragraph, heading or cell: text, inline code, plain links, and emphasis without further emphasis in it.
 *
 * @param start - First offset of the content; no blank stands there.
 * @param end - After its last character that is no blank.
 * @returns `null` when something else may stand there.
 */
export function scanInlines(text: string, start: number, end: number): PhrasingContent[] | null {
	return scanRun(text, start, end, { start, end, hasLink: text.slice(start, end).includes('](') });
}

/** The whole content: emphasis looks at the characters around its marks. */
interface Frame {
	readonly start: number;
	readonly end: number;
	readonly hasLink: boolean;
}

function scanRun(text: string, start: number, end: number, frame: Frame): PhrasingContent[] | null {
	const nodes: PhrasingContent[] = [];
	let value = '';
	let textStart = start;
	let at = start;
	let copied = start;
	let lineStart = start;
	const flush = (stop: number): void => {
		// An indent with nothing behind it belongs to no text.
		const textEnd = copied === stop && value.endsWith('\n') ? lineStart : stop;
		value += text.slice(copied, stop);
		if (value !== '') nodes.push({ type: 'text', value, position: position(textStart, textEnd) });
		value = '';
	};
	while (at < end) {
		while (at < end && !SPECIAL.has(text.charCodeAt(at))) at += 1;
		if (at >= end) break;
		const mark = text[at];
		if (mark === '\n') {
			const lineEnd = text[at - 1] === '\r' ? at - 1 : at;
			let stop = lineEnd;
			while (stop > copied && text[stop - 1] === ' ') stop -= 1;
			if (text[stop - 1] === '\t') return null;
			at += 1;
			// CommonMark 0.31 §6.7: two blanks before the line end are a break; one is dropped.
			if (lineEnd - stop > 1) {
				flush(stop);
				nodes.push({ type: 'break', position: position(stop, at) });
				while (isBlank(text[at])) at += 1;
				copied = textStart = lineStart = at;
			} else {
				lineStart = at;
				if (value === '' && stop === copied) textStart = lineEnd;
				value += text.slice(copied, stop) + text.slice(lineEnd, at);
				while (isBlank(text[at])) at += 1;
				copied = at;
			}
		} else if (mark === '\\') {
			if (at + 1 >= end || text[at + 1] === '\r' || text[at + 1] === '\n') return null;
			if (ESCAPABLE.test(text[at + 1] ?? '')) {
				value += text.slice(copied, at);
				copied = at + 1;
				at += 2;
			} else at += 1;
		} else if (mark === '&') {
			REFERENCE.lastIndex = at;
			if (REFERENCE.test(text)) return null;
			at += 1;
		} else if (mark === '<') {
			if (/[A-Za-z/!?]/.test(text[at + 1] ?? '')) return null;
			at += 1;
		} else if (mark === '[') {
			LINK.lastIndex = at;
			const [all = '', label = '', url = ''] = LINK.exec(text) ?? [];
			if (all === '' || text[at - 1] === '!' || at + all.length > end || label.trim() !== label) {
				if (frame.hasLink) return null;
				at += 1;
			} else {
				flush(at);
				const stop = at + all.length;
				const child: PhrasingContent = {
					type: 'text',
					value: label,
					position: position(at + 1, at + 1 + label.length),
				};
				nodes.push({ type: 'link', url, children: [child], position: position(at, stop) });
				at = copied = textStart = stop;
			}
		} else if (mark === '`') {
			const open = runLength(text, at, end);
			const close = findBackticks(text, at + open, end, open);
			if (close === -1) at += open;
			else {
				const inner = text.slice(at + open, close);
				if (inner.includes('\n')) return null;
				flush(at);
				const stop = close + open;
				nodes.push({ type: 'inlineCode', value: unpad(inner), position: position(at, stop) });
				at = copied = textStart = stop;
			}
		} else {
			const read = scanEmphasis(text, at, end, frame);
			if (read === null) return null;
			if (typeof read === 'number') at = read;
			else {
				flush(at);
				nodes.push(read);
				at = copied = textStart = read.position?.end.offset ?? end;
			}
		}
	}
	flush(end);
	return nodes;
}

/**
 * Reads `**strong**`, `*emphasis*` and the same with underscores, where the very next marks close it.
 *
 * @returns The offset after marks that are text; `null` for anything that takes more than this to decide.
 */
function scanEmphasis(text: string, at: number, end: number, frame: Frame): PhrasingContent | number | null {
	const mark = text[at] ?? '';
	const length = runLength(text, at, end);
	const { canOpen, canClose, isOdd } = judgeMarks(text, at, length, frame);
	if (isOdd) return null;
	if (!canOpen && !canClose) return at + length;
	const inside = at + length;
	const close = findMarks(text, inside, end, frame);
	if (close === -1) return inside;
	if (!canOpen || length > 2 || text[close] !== mark || runLength(text, close, end) !== length) return null;
	const closing = judgeMarks(text, close, length, frame);
	if (closing.isOdd || !closing.canClose) return null;
	const children = scanRun(text, inside, close, frame);
	if (children === null) return null;
	const place = position(at, close + length);
	return { type: length === 2 ? 'strong' : 'emphasis', children, position: place };
}

/** The next marks of emphasis that are not text; inline code and escapes are passed over. */
function findMarks(text: string, from: number, end: number, frame: Frame): number {
	for (let at = from; at < end; ) {
		const mark = text[at];
		if (mark === '\\') at += 2;
		else if (mark === '`') {
			const open = runLength(text, at, end);
			const close = findBackticks(text, at + open, end, open);
			at = close === -1 ? at + open : close + open;
		} else if (mark === '*' || mark === '_') {
			const length = runLength(text, at, end);
			const { canOpen, canClose, isOdd } = judgeMarks(text, at, length, frame);
			if (canOpen || canClose || isOdd) return at;
			at += length;
		} else at += 1;
	}
	return -1;
}

// CommonMark 0.31 §6.2: left- and right-flanking delimiter runs.
function judgeMarks(
	text: string,
	at: number,
	length: number,
	frame: Frame,
): { canOpen: boolean; canClose: boolean; isOdd: boolean } {
	const before = classify(at > frame.start ? text[at - 1] : undefined);
	const after = classify(at + length < frame.end ? text[at + length] : undefined);
	const opens = after === 'other' || (after === 'punctuation' && before !== 'other');
	const closes = before === 'other' || (before === 'punctuation' && after !== 'other');
	const isOdd = /[*_~]/.test(text[at - 1] ?? '') || /[*_~]/.test(text[at + length] ?? '');
	if (text[at] === '*') return { canOpen: opens, canClose: closes, isOdd };
	return {
		canOpen: opens && (before !== 'other' || !closes),
		canClose: closes && (after !== 'other' || !opens),
		isOdd,
	};
}

/** By code units, as micromark does: half of an emoji is neither blank nor punctuation. */
function classify(character: string | undefined): 'blank' | 'punctuation' | 'other' {
	if (character === undefined || /\s/.test(character)) return 'blank';
	return /[\p{P}\p{S}]/u.test(character) ? 'punctuation' : 'other';
}

function runLength(text: string, at: number, end: number): number {
	let stop = at;
	while (stop < end && text[stop] === text[at]) stop += 1;
	return stop - at;
}

function findBackticks(text: string, from: number, end: number, length: number): number {
	for (let at = text.indexOf('`', from); at !== -1 && at < end; ) {
		const found = runLength(text, at, end);
		if (found === length) return at;
		at = text.indexOf('`', at + found);
	}
	return -1;
}

// CommonMark 0.31 §6.1: one blank goes on both sides, unless nothing but blanks is there.
const unpad = (code: string): string =>
	code.startsWith(' ') && code.endsWith(' ') && /[^ ]/.test(code) ? code.slice(1, -1) : code;

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';
