import type { Heading } from 'mdast';
import { CODE, runLength } from './codes.ts';
import { interrupts, isDelimiterRow, isTableHead } from './line-kinds.ts';
import { position } from './nodes.ts';
import type { Region, ScannedBlock } from './region.ts';
import { scanInlines } from './scan-inlines.ts';
import { contentEnd, contentStart, type Scan } from './scan-lines.ts';
import { scanTable } from './scan-table.ts';

/**
 * Reads a paragraph.
 *
 * @param textStart - Where its words begin when a checkbox stands before them.
 */
export function scanParagraph(scan: Scan, at: number, region: Region, textStart?: number): ScannedBlock | null {
	const { text, lines } = scan;
	const first = lines[at];
	if (first === undefined) return null;
	let next = at + 1;
	for (; next < region.to; next += 1) {
		const line = lines[next];
		if (line === undefined || line.isBlank) break;
		if (next === at + 1 && isDelimiterRow(text, line)) {
			return textStart === undefined ? scanTable(scan, at, region) : null;
		}
		if (next > at + 1 && isDelimiterRow(text, line)) return null;
		if (isTableHead(scan, next, region)) break;
		const answer = interrupts(scan, next, region.base);
		if (answer === 'unsure') return null;
		if (answer === 'yes') break;
	}
	const last = lines[next - 1] ?? first;
	const start = contentStart(first);
	const end = contentEnd(scan, last);
	// What begins with `[words]:` defines a link.
	const isPlain =
		textStart !== undefined || text.charCodeAt(start) !== CODE.bracket || !text.slice(start, end).includes(']:');
	const plain = isPlain ? scanInlines(text, textStart ?? start, end) : null;
	// Indents of a container are no content of code that goes over several lines; alone, nobody could tell.
	const isAlone = textStart === undefined && (region.base === 0 || next === at + 1);
	const children = plain ?? (isAlone ? region.parseInlines(start, last.end, 'paragraph') : null);
	if (children === null) return null;
	const from = textStart !== undefined && children[0]?.type === 'text' ? textStart : start;
	return { node: { type: 'paragraph', children, position: position(from, last.end) }, next };
}

/** Reads a heading of the kind that begins with `#`. */
export function scanHeading(scan: Scan, at: number, { parseInlines }: Region): ScannedBlock | null {
	const line = scan.lines[at];
	if (line === undefined) return null;
	const start = contentStart(line);
	const end = contentEnd(scan, line);
	const depth = runLength(scan.text, start, start + 6);
	let textStart = start + depth;
	while (textStart < end && scan.text.charCodeAt(textStart) === CODE.space) textStart += 1;
	// A closing sequence is no text.
	const isPlain = scan.text.charCodeAt(end - 1) !== CODE.hash || textStart >= end;
	const children =
		(isPlain ? scanInlines(scan.text, textStart, end) : null) ?? parseInlines(start, line.end, 'heading');
	if (children === null) return null;
	const node: Heading = {
		type: 'heading',
		depth: depth as Heading['depth'],
		children,
		position: position(start, line.end),
	};
	return { node, next: at + 1 };
}
