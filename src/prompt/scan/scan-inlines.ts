import type { Emphasis, PhrasingContent, Strong } from 'mdast';
import { CODE, isSpaceOrTab, runLength } from './codes.ts';
import { CAN_CLOSE, CAN_OPEN, type Frame, findBackticks, findMarks, IS_ODD, judgeMarks } from './emphasis-marks.ts';
import { position } from './nodes.ts';

/** Characters that may begin or end something; all others are text. */
const IS_SPECIAL = new Uint8Array(128);
for (const mark of '`*_<&\\\n[') IS_SPECIAL[mark.charCodeAt(0)] = 1;
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
export const scanInlines = (text: string, start: number, end: number): PhrasingContent[] | null =>
	scanRun(text, start, end, { start, end });

/** How far the content, or what stands inside of emphasis, is read. */
interface Run {
	readonly text: string;
	readonly end: number;
	readonly frame: Frame;
	readonly nodes: PhrasingContent[];
	/** Text that belongs to no node yet: what was taken, and from where on the rest is taken as it stands. */
	value: string;
	copied: number;
	textStart: number;
	lineStart: number;
}

/** Instead of an offset: this takes more than the scanner knows. */
const UNSURE = -1;

function scanRun(text: string, start: number, end: number, frame: Frame): PhrasingContent[] | null {
	const run: Run = { text, end, frame, nodes: [], value: '', copied: start, textStart: start, lineStart: start };
	for (let at = start; at < end; ) {
		const code = text.charCodeAt(at);
		if (code > 127 || IS_SPECIAL[code] === 0) {
			at += 1;
			continue;
		}
		at = readMark(run, at, code);
		if (at === UNSURE) return null;
	}
	flush(run, end);
	return run.nodes;
}

/** @returns The offset after what begins with the mark at an offset, or after a mark that is text; {@link UNSURE}. */
function readMark(run: Run, at: number, mark: number): number {
	switch (mark) {
		case CODE.lineFeed:
			return readLineEnd(run, at);
		case CODE.backtick:
			return readCode(run, at);
		case CODE.backslash:
			return readEscape(run, at);
		case CODE.bracket:
			return readLink(run, at);
		case CODE.ampersand:
			REFERENCE.lastIndex = at;
			return REFERENCE.test(run.text) ? UNSURE : at + 1;
		case CODE.less:
			return /[A-Za-z/!?]/.test(run.text[at + 1] ?? '') ? UNSURE : at + 1;
		default:
			return readEmphasis(run, at);
	}
}

/** Makes a node of the text before an offset. */
function flush(run: Run, stop: number): void {
	// An indent with nothing behind it belongs to no text.
	const textEnd = run.copied === stop && run.value.endsWith('\n') ? run.lineStart : stop;
	const value = run.value + run.text.slice(run.copied, stop);
	if (value !== '') run.nodes.push({ type: 'text', value, position: position(run.textStart, textEnd) });
	run.value = '';
}

/** Adds what stands from an offset on, where the text before it is flushed. */
function push(run: Run, node: PhrasingContent, stop: number): number {
	run.nodes.push(node);
	run.copied = run.textStart = stop;
	return stop;
}

function readLineEnd(run: Run, at: number): number {
	const { text } = run;
	const lineEnd = text.charCodeAt(at - 1) === CODE.return ? at - 1 : at;
	let stop = lineEnd;
	while (stop > run.copied && text.charCodeAt(stop - 1) === CODE.space) stop -= 1;
	if (text.charCodeAt(stop - 1) === CODE.tab) return UNSURE;
	let next = at + 1;
	run.lineStart = next;
	// CommonMark 0.31 §6.7: two blanks before the line end are a break; one is dropped.
	if (lineEnd - stop > 1) {
		flush(run, stop);
		run.nodes.push({ type: 'break', position: position(stop, next) });
		while (isSpaceOrTab(text.charCodeAt(next))) next += 1;
		run.textStart = run.lineStart = next;
	} else {
		if (run.value === '' && stop === run.copied) run.textStart = lineEnd;
		run.value += text.slice(run.copied, stop) + text.slice(lineEnd, next);
		while (isSpaceOrTab(text.charCodeAt(next))) next += 1;
	}
	run.copied = next;
	return next;
}

function readEscape(run: Run, at: number): number {
	const { text } = run;
	const next = text[at + 1] ?? '';
	if (at + 1 >= run.end || next === '\r' || next === '\n') return UNSURE;
	if (!ESCAPABLE.test(next)) return at + 1;
	run.value += text.slice(run.copied, at);
	run.copied = at + 1;
	return at + 2;
}

function readLink(run: Run, at: number): number {
	const { text, frame } = run;
	LINK.lastIndex = at;
	const [all = '', label = '', url = ''] = LINK.exec(text) ?? [];
	if (all === '' || text[at - 1] === '!' || at + all.length > run.end || label.trim() !== label) {
		return text.slice(frame.start, frame.end).includes('](') ? UNSURE : at + 1;
	}
	flush(run, at);
	const stop = at + all.length;
	const labelPlace = position(at + 1, at + 1 + label.length);
	const children: PhrasingContent[] = [{ type: 'text', value: label, position: labelPlace }];
	return push(run, { type: 'link', url, children, position: position(at, stop) }, stop);
}

function readCode(run: Run, at: number): number {
	const { text, end } = run;
	const open = runLength(text, at, end);
	const close = findBackticks(text, at + open, end, open);
	const inner = text.slice(at + open, close === -1 ? end : close);
	// Of marks that nothing closes too: in a list the text of such a line ends behind the indent of the next one.
	if (inner.includes('\n')) return UNSURE;
	if (close === -1) return at + open;
	flush(run, at);
	const stop = close + open;
	return push(run, { type: 'inlineCode', value: unpad(inner), position: position(at, stop) }, stop);
}

/** Reads `**strong**`, `*emphasis*` and the same with underscores, where the very next marks close it. */
function readEmphasis(run: Run, at: number): number {
	const { text, end, frame } = run;
	const length = runLength(text, at, end);
	const may = judgeMarks(text, at, length, frame);
	if ((may & IS_ODD) !== 0) return UNSURE;
	const inside = at + length;
	if (may === 0) return inside;
	const close = findMarks(text, inside, end, frame);
	if (close === -1) return inside;
	if ((may & CAN_OPEN) === 0 || length > 2) return UNSURE;
	if (text.charCodeAt(close) !== text.charCodeAt(at) || runLength(text, close, end) !== length) return UNSURE;
	if ((judgeMarks(text, close, length, frame) & (IS_ODD | CAN_CLOSE)) !== CAN_CLOSE) return UNSURE;
	const children = scanRun(text, inside, close, frame);
	if (children === null) return UNSURE;
	const stop = close + length;
	flush(run, at);
	const type: (Emphasis | Strong)['type'] = length === 2 ? 'strong' : 'emphasis';
	return push(run, { type, children, position: position(at, stop) }, stop);
}

// CommonMark 0.31 §6.1: one blank goes on both sides, unless nothing but blanks is there.
const unpad = (code: string): string =>
	code.startsWith(' ') && code.endsWith(' ') && /[^ ]/.test(code) ? code.slice(1, -1) : code;
