import { isWhite } from '../white-space.ts';
import { CODE, isDigit, isLetter, isSpaceOrTab, runLength } from './codes.ts';
import type { Region } from './region.ts';
import { contentStart, type Line, type Scan } from './scan-lines.ts';

/** Whether a line that follows a paragraph ends it. */
export function interrupts(scan: Scan, at: number, base: number): 'yes' | 'no' | 'unsure' {
	const line = scan.lines[at];
	if (line === undefined || line.isBlank) return 'yes';
	if (line.hasTab) return 'unsure';
	if (line.indent - base > 3) return 'no';
	const { text } = scan;
	const start = contentStart(line);
	const first = text.charCodeAt(start);
	// Most lines of paragraphs begin with a word.
	if (isLetter(first)) return 'no';
	switch (first) {
		case CODE.hash:
			return isHeading(text, start) ? 'yes' : 'no';
		case CODE.backtick:
		case CODE.tilde:
			return isFence(text, line) ? 'yes' : 'no';
		case CODE.greater:
			return 'yes';
		case CODE.less:
			return text.startsWith('<!--', start) ? 'yes' : 'unsure';
		case CODE.dash:
		case CODE.equals:
		case CODE.bar:
		case CODE.colon:
			// An underline that makes a heading, or a row that makes a table.
			if (isUnderline(text, start, line.end)) return 'unsure';
	}
	if (isRule(text, line)) return 'yes';
	const markEnd = findMarkEnd(text, start, line.end);
	if (markEnd === -1) return 'no';
	if (isWhiteOnly(text, markEnd, line.end)) return 'unsure';
	if (!isSpaceOrTab(text.charCodeAt(markEnd))) return 'no';
	// CommonMark 0.31 §5.2: in a paragraph only a list that begins with 1 begins.
	return isDigit(first) && (first !== CODE.one || markEnd - start > 2) ? 'unsure' : 'yes';
}

/** Tells headings from words that begin with `#`; a tab behind the marks is left to the full parser. */
export function isHeading(text: string, start: number): boolean {
	if (text.charCodeAt(start) !== CODE.hash) return false;
	const after = start + runLength(text, start, start + 7);
	if (after - start > 6) return false;
	const code = text.charCodeAt(after);
	return after === text.length || isSpaceOrTab(code) || code === CODE.return || code === CODE.lineFeed;
}

/** Tells lines that open a fence; a backtick in the words behind the marks makes inline code of them. */
export function isFence(text: string, line: Line): boolean {
	const start = contentStart(line);
	const mark = text.charCodeAt(start);
	if (mark !== CODE.backtick && mark !== CODE.tilde) return false;
	const length = runLength(text, start, line.end);
	if (length < 3 || mark === CODE.tilde) return length >= 3;
	for (let at = start + length; at < line.end; at += 1) if (text.charCodeAt(at) === CODE.backtick) return false;
	return true;
}

/** Tells `---`, `* * *` and the like. */
export function isRule(text: string, line: Line): boolean {
	const start = contentStart(line);
	const mark = text.charCodeAt(start);
	if (mark !== CODE.asterisk && mark !== CODE.dash && mark !== CODE.underscore) return false;
	let count = 0;
	for (let at = start; at < line.end; at += 1) {
		const code = text.charCodeAt(at);
		if (code === mark) count += 1;
		else if (!isSpaceOrTab(code)) return false;
	}
	return count >= 3;
}

/** Tells lines that begin with the mark of a list item. */
export function isItem(text: string, line: Line): boolean {
	const markEnd = findMarkEnd(text, contentStart(line), line.end);
	return markEnd !== -1 && (markEnd === line.end || isSpaceOrTab(text.charCodeAt(markEnd)));
}

/** @returns The offset after a bullet, or after a number and its `.` or `)`; -1 where no such mark stands. */
export function findMarkEnd(text: string, start: number, end: number): number {
	const first = text.charCodeAt(start);
	if (start < end && (first === CODE.dash || first === CODE.asterisk || first === CODE.plus)) return start + 1;
	let at = start;
	// CommonMark 0.31 §5.2: nine digits at most.
	while (at < end && at - start < 9 && isDigit(text.charCodeAt(at))) at += 1;
	if (at === start || at >= end) return -1;
	const mark = text.charCodeAt(at);
	return mark === CODE.dot || mark === CODE.parenthesisEnd ? at + 1 : -1;
}

/** Tells the row of a table that comes second. */
export function isDelimiterRow(text: string, line: Line): boolean {
	let hasBar = false;
	for (let at = contentStart(line); at < line.end; at += 1) {
		const code = text.charCodeAt(at);
		if (code === CODE.bar) hasBar = true;
		else if (code !== CODE.dash && code !== CODE.colon && code !== CODE.space) return false;
	}
	return hasBar;
}

/** GFM tables end the paragraph above them. */
export function isTableHead({ text, lines }: Scan, at: number, { to, base }: Region): boolean {
	const [line, next] = [lines[at], lines[at + 1]];
	if (at + 1 >= to || line === undefined || next === undefined) return false;
	if (text.charCodeAt(contentStart(line)) !== CODE.bar) return false;
	return !line.hasTab && line.indent - base <= 3 && isDelimiterRow(text, next);
}

function isUnderline(text: string, start: number, end: number): boolean {
	for (let at = start; at < end; at += 1) {
		const code = text.charCodeAt(at);
		const isMark = code === CODE.dash || code === CODE.equals || code === CODE.bar || code === CODE.colon;
		if (!isMark && !isSpaceOrTab(code)) return false;
	}
	return true;
}

function isWhiteOnly(text: string, start: number, end: number): boolean {
	for (let at = start; at < end; at += 1) if (!isWhite(text.charCodeAt(at))) return false;
	return true;
}
