import { closeSync, openSync, readSync } from 'node:fs';
import type { HitLine } from './hit-lines.ts';

const FIRST_BYTES = 1 << 16;
const LARGEST_BYTES = 1 << 26;
const NEWLINE = 0x0a;

/**
 * Gives the lines before a place in a file that hold some bytes, the nearest first. What belongs together stands close together in a
 * transcript, so this mostly reads one block however long the file is.
 *
 * @param place - The start of a line, and its number.
 * @throws What the file system said.
 */
export async function* linesBefore(
	path: Uint8Array,
	needle: Buffer,
	place: { readonly offset: number; readonly line: number },
): AsyncGenerator<HitLine> {
	// Mostly one small read: not worth a way through the pool of threads.
	const file = openSync(Buffer.from(path), 'r');
	try {
		let { offset, line } = place;
		let size = FIRST_BYTES;
		while (offset > 0) {
			const from = Math.max(0, offset - size);
			const text = readBytes(file, from, offset - from);
			// A window begins with the start of a line, or with the rest of one that a larger window will hold.
			const start = from === 0 ? 0 : text.indexOf(NEWLINE) + 1;
			let end = text.length;
			for (let hit = lastHit(text, needle, end); hit >= start; hit = lastHit(text, needle, end)) {
				const lineStart = hit === 0 ? 0 : text.lastIndexOf(NEWLINE, hit - 1) + 1;
				const lineEnd = text.indexOf(NEWLINE, hit);
				const stop = lineEnd === -1 ? text.length : lineEnd;
				line -= countNewlines(text, lineStart, end);
				yield { line, offset: from + lineStart, bytes: Buffer.from(text.subarray(lineStart, stop)), isCut: false };
				end = lineStart;
			}
			const isWhole = from === 0 || start > 0;
			if (isWhole) {
				line -= countNewlines(text, start, end);
				offset = from + start;
				if (from === 0) return;
			} else if (size >= LARGEST_BYTES) return;
			size = Math.min(size * 8, LARGEST_BYTES);
		}
	} finally {
		closeSync(file);
	}
}

const lastHit = (text: Buffer, needle: Buffer, end: number): number =>
	end === 0 ? -1 : text.subarray(0, end).lastIndexOf(needle);

function readBytes(file: number, offset: number, size: number): Buffer {
	const bytes = Buffer.alloc(size);
	let read = 0;
	while (read < size) {
		const count = readSync(file, bytes, read, size - read, offset + read);
		if (count === 0) break;
		read += count;
	}
	return bytes.subarray(0, read);
}

function countNewlines(text: Buffer, from: number, to: number): number {
	let count = 0;
	for (let at = text.indexOf(NEWLINE, from); at !== -1 && at < to; at = text.indexOf(NEWLINE, at + 1)) count += 1;
	return count;
}
