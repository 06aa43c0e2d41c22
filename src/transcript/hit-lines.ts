import { createReadStream } from 'node:fs';
import type { Needles } from './needles.ts';

const BLOCK_BYTES = 1 << 20;
const NEWLINE = 0x0a;
const WINDOW_BYTES = 400;

/** A line that holds what was looked for. */
export interface HitLine {
	/** From 1. */
	readonly line: number;
	/** Where the line begins in its file, bytes. */
	readonly offset: number;
	/** Without its newline; of a line that is too long only the surroundings of the first hit. */
	readonly bytes: Buffer;
	/** True when `bytes` is not the whole line. */
	readonly isCut: boolean;
}

/** Where and how to read. */
export interface HitLinesOptions {
	/** Longest line that is kept whole, bytes, default 64 MiB. */
	readonly lineBytes?: number;
	/** Where reading begins: the start of a line and its number; default: the start of the file. */
	readonly from?: { readonly offset: number; readonly line: number };
}

/**
 * Reads a file in blocks and gives the lines that hold some bytes. Lines of any length, without a last newline, and not UTF-8 are fine;
 * memory stays below twice the longest line.
 *
 * @throws What the file system said.
 */
export async function* hitLines(
	path: Uint8Array,
	needle: Buffer | Needles,
	{ lineBytes = 64 << 20, from = { offset: 0, line: 1 } }: HitLinesOptions = {},
): AsyncGenerator<HitLine> {
	const find = (text: Buffer, start = 0): number =>
		Buffer.isBuffer(needle) ? text.indexOf(needle, start) : needle.find(text, start);
	const overlap = (Buffer.isBuffer(needle) ? needle.length : needle.longest) - 1;
	const tailOf = (text: Buffer): Buffer => Buffer.from(text.subarray(Math.max(0, text.length - overlap)));
	let { line, offset: end } = from;
	let rest: Buffer = Buffer.alloc(0);
	/** Where a line began that is too long, and whether its hit was told. */
	let huge: { readonly offset: number; isHit: boolean } | null = null;
	for await (const block of createReadStream(Buffer.from(path), {
		highWaterMark: BLOCK_BYTES,
		start: from.offset,
	}) as AsyncIterable<Buffer>) {
		end += block.length;
		let text = rest.length === 0 ? block : Buffer.concat([rest, block]);
		if (huge !== null) {
			const lineEnd = text.indexOf(NEWLINE);
			const part = lineEnd === -1 ? text : text.subarray(0, lineEnd);
			const hit = huge.isHit ? -1 : find(part);
			if (hit !== -1) {
				yield { line, offset: huge.offset, bytes: copyAround(part, hit), isCut: true };
				huge.isHit = true;
			}
			if (lineEnd === -1) {
				rest = tailOf(text);
				continue;
			}
			huge = null;
			text = text.subarray(lineEnd + 1);
			line += 1;
		}
		const base = end - text.length;
		let start = 0;
		for (let hit = find(text); hit !== -1; hit = find(text, start)) {
			const lineStart = text.lastIndexOf(NEWLINE, hit) + 1;
			const lineEnd = text.indexOf(NEWLINE, hit);
			line += countLines(text, start, lineStart);
			start = lineStart;
			if (lineEnd === -1) break;
			yield { line, offset: base + lineStart, bytes: Buffer.from(text.subarray(lineStart, lineEnd)), isCut: false };
			line += 1;
			start = lineEnd + 1;
		}
		const last = Math.max(start, text.lastIndexOf(NEWLINE) + 1);
		line += countLines(text, start, last);
		rest = text.subarray(last);
		if (rest.length > lineBytes) {
			const hit = find(rest);
			huge = { offset: end - rest.length, isHit: hit !== -1 };
			if (huge.isHit) yield { line, offset: huge.offset, bytes: copyAround(rest, hit), isCut: true };
			rest = tailOf(rest);
		}
	}
	if (huge === null && find(rest) !== -1) {
		yield { line, offset: end - rest.length, bytes: Buffer.from(rest), isCut: false };
	}
}

function countLines(text: Buffer, from: number, to: number): number {
	let count = 0;
	for (let at = text.indexOf(NEWLINE, from); at !== -1 && at < to; at = text.indexOf(NEWLINE, at + 1)) count += 1;
	return count;
}

const copyAround = (text: Buffer, hit: number): Buffer =>
	Buffer.from(text.subarray(Math.max(0, hit - WINDOW_BYTES), hit + WINDOW_BYTES));
