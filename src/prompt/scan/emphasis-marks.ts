import { CODE, runLength } from './codes.ts';

/** The whole content that inlines are read from: emphasis looks at the characters around its marks. */
export interface Frame {
	readonly start: number;
	readonly end: number;
}

/** What a run of `*` or `_` may do, as bits: see {@link judgeMarks}. */
export const CAN_OPEN = 1;
/** The other thing that it may do. */
export const CAN_CLOSE = 2;
/** Other marks stand right beside it. */
export const IS_ODD = 4;

/** Judges marks of emphasis by what stands around them. CommonMark 0.31 §6.2: left- and right-flanking delimiter runs. */
export function judgeMarks(text: string, at: number, length: number, frame: Frame): number {
	const after = at + length;
	const left = at > frame.start ? classify(text.charCodeAt(at - 1)) : BLANK;
	const right = after < frame.end ? classify(text.charCodeAt(after)) : BLANK;
	const opens = right === OTHER || (right === PUNCTUATION && left !== OTHER);
	const closes = left === OTHER || (left === PUNCTUATION && right !== OTHER);
	const odd = isMark(text.charCodeAt(at - 1)) || isMark(text.charCodeAt(after)) ? IS_ODD : 0;
	if (text.charCodeAt(at) === CODE.asterisk) return odd | (opens ? CAN_OPEN : 0) | (closes ? CAN_CLOSE : 0);
	const canOpen = opens && (left !== OTHER || !closes);
	const canClose = closes && (right !== OTHER || !opens);
	return odd | (canOpen ? CAN_OPEN : 0) | (canClose ? CAN_CLOSE : 0);
}

/** @returns The offset of the next marks of emphasis that are not text; inline code and escapes are passed over. -1: there are none. */
export function findMarks(text: string, from: number, end: number, frame: Frame): number {
	for (let at = from; at < end; ) {
		const mark = text.charCodeAt(at);
		if (mark === CODE.backslash) at += 2;
		else if (mark === CODE.backtick) {
			const open = runLength(text, at, end);
			const close = findBackticks(text, at + open, end, open);
			at = close === -1 ? at + open : close + open;
		} else if (mark === CODE.asterisk || mark === CODE.underscore) {
			const length = runLength(text, at, end);
			if (judgeMarks(text, at, length, frame) !== 0) return at;
			at += length;
		} else at += 1;
	}
	return -1;
}

/** @returns The offset of the next run of exactly so many backticks; -1 where there is none. */
export function findBackticks(text: string, from: number, end: number, length: number): number {
	for (let at = text.indexOf('`', from); at !== -1 && at < end; ) {
		const found = runLength(text, at, end);
		if (found === length) return at;
		at = text.indexOf('`', at + found);
	}
	return -1;
}

const OTHER = 0;
const BLANK = 1;
const PUNCTUATION = 2;

/** By code units, as micromark does: half of an emoji is neither blank nor punctuation. */
function classify(code: number): number {
	return code < 128 ? (CLASSES[code] ?? OTHER) : classOf(String.fromCharCode(code));
}

function classOf(character: string): number {
	if (/\s/.test(character)) return BLANK;
	return /[\p{P}\p{S}]/u.test(character) ? PUNCTUATION : OTHER;
}

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => classOf(String.fromCharCode(code)));

const isMark = (code: number): boolean => code === CODE.asterisk || code === CODE.underscore || code === CODE.tilde;
