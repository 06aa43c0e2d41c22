import type { List, ListItem, RootContent } from 'mdast';
import { CODE, isDigit } from './codes.ts';
import { findMarkEnd, interrupts, isItem, isRule } from './line-kinds.ts';
import { endOf, position, startOf } from './nodes.ts';
import type { Region, ScannedBlock } from './region.ts';
import { contentStart, type Scan } from './scan-lines.ts';
import { scanParagraph } from './scan-paragraph.ts';

/** The mark of a list item. */
interface Marker {
	/** Items of one list share it: the code unit of the bullet, or of what stands behind the number. */
	readonly kind: number;
	readonly isOrdered: boolean;
	/** A bullet or the number 1: whether a list may begin with another number depends on what it interrupts. */
	readonly mayBegin: boolean;
	/** Columns up to the content. */
	readonly width: number;
}

/** Reads a list whose items all begin with content right after their marks, and hold no line that is indented less than they are. */
export function scanList(scan: Scan, from: number, region: Region): ScannedBlock | null {
	const { lines } = scan;
	const items: ListItem[] = [];
	let kind: number | null = null;
	let isOrdered = false;
	let at = from;
	while (at < region.to) {
		const line = lines[at];
		const marker = line && readMarker(scan, at);
		if (!line || !marker || line.hasTab || line.indent - region.base > 3) return null;
		if (kind !== null && marker.kind !== kind) break;
		if (kind === null && !marker.mayBegin) return null;
		kind = marker.kind;
		isOrdered = marker.isOrdered;
		const base = line.indent + marker.width;
		const end = findEnd(scan, at + 1, region.to, base);
		if (end === null) return null;
		const itemStart = contentStart(line);
		const { start, end: lineEnd, isBlank, hasTab } = line;
		lines[at] = { start, end: lineEnd, indent: base, isBlank, hasTab };
		const { scanBlocks, parseInlines } = region;
		const item = scanItem(scan, at, { to: lastOf(scan, at, end) + 1, base, scanBlocks, parseInlines });
		if (item === null) return null;
		item.position = position(itemStart, endOf(item.children.at(-1)));
		items.push(item);
		at = end;
		const next = lines[at];
		if (at >= region.to || !next || !isItem(scan.text, next) || isRule(scan.text, next)) break;
		if (next.indent - region.base > 3 || next.indent < region.base) break;
	}
	const place = position(startOf(items[0]), endOf(items.at(-1)));
	const node: List = { type: 'list', ordered: isOrdered, children: items, position: place };
	return { node, next: at };
}

/** `null` where the content does not begin one to four blanks behind the mark. */
function readMarker({ text, lines }: Scan, at: number): Marker | null {
	const line = lines[at];
	if (line === undefined) return null;
	const start = contentStart(line);
	const markEnd = findMarkEnd(text, start, line.end);
	if (markEnd === -1) return null;
	let content = markEnd;
	while (content < line.end && text.charCodeAt(content) === CODE.space) content += 1;
	const blanks = content - markEnd;
	if (blanks === 0 || blanks > 4 || content === line.end || text.charCodeAt(content) === CODE.tab) return null;
	const first = text.charCodeAt(start);
	const isOrdered = isDigit(first);
	const mayBegin = !isOrdered || (first === CODE.one && markEnd === start + 2);
	return { kind: text.charCodeAt(markEnd - 1), isOrdered, mayBegin, width: content - start };
}

/** The index after the last line of an item, blank lines at its end included; `null` where the next line may be a lazy one. */
function findEnd(scan: Scan, from: number, to: number, base: number): number | null {
	let at = from;
	for (; at < to; at += 1) {
		const line = scan.lines[at];
		if (line === undefined || line.isBlank) continue;
		if (line.hasTab) return null;
		if (line.indent < base) break;
	}
	const line = scan.lines[at];
	if (at >= to || line === undefined || scan.lines[at - 1]?.isBlank) return at;
	// CommonMark 0.31 §5.2: a paragraph goes on in a line that is indented less, unless that begins another block.
	if (isItem(scan.text, line) && readMarker(scan, at) !== null) return at;
	return interrupts(scan, at, 0) === 'yes' ? at : null;
}

function lastOf({ lines }: Scan, from: number, end: number): number {
	let last = end - 1;
	while (last > from && lines[last]?.isBlank) last -= 1;
	return last;
}

const CHECKBOX = /^\[([ xX])\] (?=[^ \t])/;

function scanItem(scan: Scan, at: number, region: Region): ListItem | null {
	const line = scan.lines[at];
	if (line === undefined) return null;
	const start = contentStart(line);
	if (scan.text.charCodeAt(start) !== CODE.bracket) return toItem(null, region.scanBlocks(scan, at, region));
	const box = CHECKBOX.exec(scan.text.slice(start, Math.min(line.end, start + 5)))?.[1];
	if (box === undefined) {
		const isBox = /^\[[ \txX\r\n]?\]/.test(scan.text.slice(start, start + 3));
		return isBox ? null : toItem(null, region.scanBlocks(scan, at, region));
	}
	const first = scanParagraph(scan, at, region, start + 4);
	const rest = first && region.scanBlocks(scan, first.next, region);
	return first && rest && toItem(box !== ' ', [first.node, ...rest]);
}

const toItem = (checked: boolean | null, children: RootContent[] | null): ListItem | null =>
	children && { type: 'listItem', checked, children: children as ListItem['children'] };
