import { CODE, isSpaceOrTab } from './codes.ts';

/** One line of a document. */
export interface Line {
	/** First offset. */
	readonly start: number;
	/** Offset of its line end, `\r` of `\r\n` left out. */
	readonly end: number;
	/** Columns before its content: blanks, and marks of list items that were read already. */
	readonly indent: number;
	readonly isBlank: boolean;
	/** Columns are no offsets where tabs stand. */
	readonly hasTab: boolean;
}

/** A document on its way to a tree. */
export interface Scan {
	readonly text: string;
	/** Marks of containers become indentation once they are read. */
	readonly lines: Line[];
}

/** Splits a text into lines that end in `\n` or `\r\n`; a last line without line end is one too. */
export function scanLines(text: string): Line[] {
	const lines: Line[] = [];
	let tab = text.indexOf('\t');
	for (let start = 0; start < text.length; ) {
		const next = text.indexOf('\n', start);
		const stop = next === -1 ? text.length : next;
		const end = next > start && text.charCodeAt(next - 1) === CODE.return ? next - 1 : stop;
		let at = start;
		while (at < end && isSpaceOrTab(text.charCodeAt(at))) at += 1;
		if (tab !== -1 && tab < start) tab = text.indexOf('\t', start);
		const hasTab = tab !== -1 && tab < end;
		lines.push({ start, end, indent: at - start, isBlank: at === end, hasTab });
		start = stop + 1;
	}
	return lines;
}

/** Offset of the first character of a line's content. */
export const contentStart = (line: Line): number => line.start + line.indent;

/** Offset after the last character of a line that is neither blank nor tab. */
export function contentEnd({ text }: Scan, line: Line): number {
	let end = line.end;
	while (end > line.start && isSpaceOrTab(text.charCodeAt(end - 1))) end -= 1;
	return end;
}
