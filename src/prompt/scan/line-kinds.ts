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
	switch (text[start]) {
		case '#':
			return isHeading(text, start) ? 'yes' : 'no';
		case '`':
		case '~':
			return isFence(text, line) ? 'yes' : 'no';
		case '>':
			return 'yes';
		case '<':
			return text.startsWith('<!--', start) ? 'yes' : 'unsure';
		case '-':
		case '=':
		case '|':
		case ':':
			// An underline that makes a heading, or a row that makes a table.
			if (/^[-=|: \t]*$/.test(text.slice(start, line.end))) return 'unsure';
	}
	if (isRule(text, line)) return 'yes';
	if (/^(?:[-+*]|\d{1,9}[.)])$/.test(text.slice(start, line.end).trimEnd())) return 'unsure';
	if (!isItem(text, line)) return 'no';
	// CommonMark 0.31 §5.2: in a paragraph only a list that begins with 1 begins.
	return /[2-9]|0|1\d/.test(text.slice(start, start + 2)) ? 'unsure' : 'yes';
}

/** Tells headings from words that begin with `#`; a tab behind the marks is left to the full parser. */
export const isHeading = (text: string, start: number): boolean =>
	/^#{1,6}(?:[ \t\r\n]|$)/.test(text.slice(start, start + 8));

/** Tells lines that open a fence; a backtick in the words behind the marks makes inline code of them. */
export function isFence(text: string, line: Line): boolean {
	const content = text.slice(contentStart(line), line.end);
	return /^(?:`{3,}[^`]*|~{3,}.*)$/.test(content);
}

/** Tells `---`, `* * *` and the like. */
export function isRule(text: string, line: Line): boolean {
	const content = text.slice(contentStart(line), line.end);
	return /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(content);
}

/** Tells lines that begin with the mark of a list item. */
export const isItem = (text: string, line: Line): boolean =>
	/^(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)/.test(text.slice(contentStart(line), Math.min(line.end, contentStart(line) + 12)));

/** Tells the row of a table that comes second. */
export const isDelimiterRow = (text: string, line: Line): boolean =>
	/^[|: -]*$/.test(text.slice(contentStart(line), line.end)) && text.slice(contentStart(line), line.end).includes('|');

/** GFM tables end the paragraph above them. */
export function isTableHead({ text, lines }: Scan, at: number, { to, base }: Region): boolean {
	const [line, next] = [lines[at], lines[at + 1]];
	if (at + 1 >= to || line === undefined || next === undefined || text[contentStart(line)] !== '|') return false;
	return !line.hasTab && line.indent - base <= 3 && isDelimiterRow(text, next);
}
