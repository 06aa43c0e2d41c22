import type { Table, TableCell, TableRow } from 'mdast';
import { CODE, isSpaceOrTab } from './codes.ts';
import { interrupts } from './line-kinds.ts';
import { position, startOf } from './nodes.ts';
import type { Region, ScannedBlock } from './region.ts';
import { scanInlines } from './scan-inlines.ts';
import { contentEnd, contentStart, type Scan } from './scan-lines.ts';

/** Reads a table whose rows all have the same number of cells and a bar at both ends. */
export function scanTable(scan: Scan, from: number, { to, base }: Region): ScannedBlock | null {
	const { lines } = scan;
	const columns = countColumns(scan, from + 1);
	if (columns === null) return null;
	const rows: TableRow[] = [];
	let next = from;
	for (; next < to; next += 1) {
		const line = lines[next];
		if (line === undefined || line.isBlank) break;
		if (line.hasTab || line.indent - base > 3 || contentEnd(scan, line) !== line.end) return null;
		if (next === from + 1) continue;
		if (scan.text.charCodeAt(contentStart(line)) !== CODE.bar) {
			if (interrupts(scan, next, base) === 'yes') break;
			return null;
		}
		const row = scanRow(scan, next);
		if (row === null || row.children.length !== columns) return null;
		rows.push(row);
	}
	const node: Table = {
		type: 'table',
		children: rows,
		position: position(startOf(rows[0]), lines[next - 1]?.end ?? 0),
	};
	return { node, next };
}

function countColumns(scan: Scan, at: number): number | null {
	const line = scan.lines[at];
	if (line === undefined) return null;
	const row = scan.text.slice(contentStart(line), contentEnd(scan, line));
	return /^\|(?: *:?-+:? *\|)+$/.test(row) ? row.split('|').length - 2 : null;
}

function scanRow(scan: Scan, at: number): TableRow | null {
	const { text, lines } = scan;
	const line = lines[at];
	if (line === undefined) return null;
	const start = contentStart(line);
	const end = contentEnd(scan, line);
	const row = text.slice(start, end);
	if (row.length < 2 || !row.endsWith('|') || row.includes('\\')) return null;
	const cells: TableCell[] = [];
	for (let bar = start; bar < end - 1; ) {
		const close = text.indexOf('|', bar + 1);
		const cell = scanCell(text, bar, close, close === end - 1);
		if (cell === null) return null;
		cells.push(cell);
		bar = close;
	}
	return { type: 'tableRow', children: cells, position: position(start, end) };
}

function scanCell(text: string, bar: number, close: number, isLast: boolean): TableCell | null {
	let start = bar + 1;
	let end = close;
	while (start < end && isSpaceOrTab(text.charCodeAt(start))) start += 1;
	while (end > start && isSpaceOrTab(text.charCodeAt(end - 1))) end -= 1;
	const children = scanInlines(text, start, end);
	if (children === null) return null;
	return {
		type: 'tableCell',
		children: children as TableCell['children'],
		position: position(bar, isLast ? close + 1 : close),
	};
}
