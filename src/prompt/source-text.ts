import type { Nodes } from 'mdast';
import type { Point, Span } from '../core/places.ts';
import { startOf as firstOffsetOf, endOf as lastOffsetOf } from './scan/nodes.ts';

/** A document's text with what is needed to speak of its places. Offsets are of `text`, a byte order mark included. */
export interface SourceText {
	readonly text: string;
	/** `text` as the parser sees it, see {@link maskLoneCarriageReturns}; same length. */
	readonly masked: string;
	/** First offset of a node; 0 where the tree carries no position. */
	startOf(node: Nodes): number;
	/** Offset after a node's last character. */
	endOf(node: Nodes): number;
	/** The stretch from `start` to `end`. */
	span(start: number, end: number): Span;
	spanOf(node: Nodes): Span;
	/** Line of an offset, from 1. */
	lineOf(offset: number): number;
}

/**
 * Prepares a text for positions.
 *
 * @param text - The document; a tree given to the methods must have been made from exactly this text.
 */
export function createSourceText(text: string): SourceText {
	// mdast drops a byte order mark without counting it: each of its offsets is one too small.
	const shift = text.startsWith('\uFEFF') ? 1 : 0;
	const lineStarts = findLineStarts(text);
	let last = 0;
	const lineOf = (offset: number): number => {
		// Places are asked for in the order of the text, nearly always.
		let low = (lineStarts[last] ?? 0) <= offset ? last : 0;
		let high = offset < (lineStarts[low + 1] ?? Number.POSITIVE_INFINITY) ? low : lineStarts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((lineStarts[middle] ?? 0) <= offset) low = middle;
			else high = middle - 1;
		}
		last = low;
		return low + 1;
	};
	const point = (offset: number): Point => {
		const line = lineOf(offset);
		return { line, column: offset - (lineStarts[line - 1] ?? 0) + 1, offset };
	};
	const span = (start: number, end: number): Span => ({ start: point(start), end: point(end) });
	const clamp = (node: Nodes, offset: number): number => (node.position ? Math.min(text.length, offset + shift) : 0);
	const startOf = (node: Nodes): number => clamp(node, firstOffsetOf(node));
	const endOf = (node: Nodes): number => Math.max(startOf(node), clamp(node, lastOffsetOf(node)));
	return {
		text,
		masked: maskLoneCarriageReturns(text),
		startOf,
		endOf,
		span,
		spanOf: (node) => span(startOf(node), endOf(node)),
		lineOf,
	};
}

/**
 * Takes carriage returns that end no line out of the parser's way. By the letter of CommonMark one ends a line; in real prompts it is
 * the remains of a broken emoji, and editors and `grep -n` go on in the same line. Lengths and offsets stay.
 *
 * @returns The text with a blank for each carriage return that stands alone, unless no line feed is there at all.
 */
export function maskLoneCarriageReturns(text: string): string {
	return text.includes('\r') && text.includes('\n') ? text.replace(/\r(?!\n)/g, ' ') : text;
}

function findLineStarts(text: string): readonly number[] {
	const lineEnd = text.includes('\n') ? '\n' : '\r';
	const starts = [0];
	for (let at = text.indexOf(lineEnd); at !== -1; at = text.indexOf(lineEnd, at + 1)) starts.push(at + 1);
	return starts;
}
