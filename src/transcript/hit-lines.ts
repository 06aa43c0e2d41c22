import { createReadStream } from 'node:fs';

const BLOCK_BYTES = 1 << 20;
const NEWLINE = 0x0a;
const WINDOW_BYTES = 400;

/** A line that holds what was looked for. */
export interface HitLine {
	/** From 1. */
	readonly line: number;
	/** Without its newline; of a line that is too long only the surroundings of the first hit. */
	readonly bytes: Buffer;
	/** True when `bytes` is not the whole line. */
	readonly isCut: boolean;
}

/**
 * Reads a file in blocks and gives the lines that hold some bytes. Lines of any length, without a last newline, and not UTF-8 are fine;
 * memory stays below twice the longest line.
 *
 * @param options - `lineBytes`: longest line that is kept whole, default 64 MiB.
 * @throws What the file system said.
 */
export async function* hitLines(
	path: Uint8Array,
	needle: Buffer,
	{ lineBytes = 64 << 20 }: { readonly lineBytes?: number } = {},
): AsyncGenerator<HitLine> {
	let line = 1;
	let rest: Buffer = Buffer.alloc(0);
	let isHuge = false;
	let isHugeHit = false;
	for await (const block of createReadStream(Buffer.from(path), {
		highWaterMark: BLOCK_BYTES,
	}) as AsyncIterable<Buffer>) {
		let text = rest.length === 0 ? block : Buffer.concat([rest, block]);
		if (isHuge) {
			const end = text.indexOf(NEWLINE);
			const part = end === -1 ? text : text.subarray(0, end);
			const hit = isHugeHit ? -1 : part.indexOf(needle);
			if (hit !== -1) {
				yield { line, bytes: copyAround(part, hit), isCut: true };
				isHugeHit = true;
			}
			if (end === -1) {
				rest = Buffer.from(text.subarray(-needle.length + 1));
				continue;
			}
			isHuge = false;
			text = text.subarray(end + 1);
			line += 1;
		}
		let start = 0;
		for (let hit = text.indexOf(needle); hit !== -1; hit = text.indexOf(needle, start)) {
			const lineStart = text.lastIndexOf(NEWLINE, hit) + 1;
			const lineEnd = text.indexOf(NEWLINE, hit);
			line += countLines(text, start, lineStart);
			start = lineStart;
			if (lineEnd === -1) break;
			yield { line, bytes: Buffer.from(text.subarray(lineStart, lineEnd)), isCut: false };
			line += 1;
			start = lineEnd + 1;
		}
		const last = Math.max(start, text.lastIndexOf(NEWLINE) + 1);
		line += countLines(text, start, last);
		rest = text.subarray(last);
		if (rest.length > lineBytes) {
			const hit = rest.indexOf(needle);
			isHuge = true;
			isHugeHit = hit !== -1;
			if (isHugeHit) yield { line, bytes: copyAround(rest, hit), isCut: true };
			rest = Buffer.from(rest.subarray(-needle.length + 1));
		}
	}
	if (!isHuge && rest.includes(needle)) yield { line, bytes: Buffer.from(rest), isCut: false };
}

function countLines(text: Buffer, from: number, to: number): number {
	let count = 0;
	for (let at = text.indexOf(NEWLINE, from); at !== -1 && at < to; at = text.indexOf(NEWLINE, at + 1)) count += 1;
	return count;
}

const copyAround = (text: Buffer, hit: number): Buffer =>
	Buffer.from(text.subarray(Math.max(0, hit - WINDOW_BYTES), hit + WINDOW_BYTES));
