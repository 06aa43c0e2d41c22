import { createReadStream } from 'node:fs';
import type { FoundLine } from '../core/ports.ts';
import { createFoundFile } from './found-file.ts';
import { describe, walk } from './scan-search.ts';

const BLOCK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** Finds lines without any program: every line of every file below the roots is looked at. */
export async function scanLines(
	words: readonly string[],
	roots: readonly string[],
	onLine: (line: FoundLine) => void | Promise<void>,
): Promise<readonly string[]> {
	const problems: string[] = [];
	const seen = new Set<string>();
	for (const root of roots) {
		for await (const path of walk(Buffer.from(root), problems)) {
			if (seen.has(path.toString('latin1'))) continue;
			seen.add(path.toString('latin1'));
			const file = createFoundFile(path);
			const lines = linesOf(path);
			for (;;) {
				// What `onLine` throws is not a problem of the file.
				const next = await lines.next().catch((error: unknown) => {
					problems.push(describe(path, error));
					return { done: true as const, value: undefined };
				});
				if (next.done === true) break;
				if (words.some((word) => next.value.bytes.includes(word))) await onLine({ file, isCut: false, ...next.value });
			}
		}
	}
	return problems;
}

async function* linesOf(path: Buffer): AsyncGenerator<{ line: number; offset: number; bytes: Buffer }> {
	let torn: Buffer[] = [];
	let offset = 0;
	let line = 1;
	for await (const block of createReadStream(path, { highWaterMark: BLOCK_BYTES }) as AsyncIterable<Buffer>) {
		let start = 0;
		for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, start)) {
			const bytes = Buffer.concat([...torn, block.subarray(start, end)]);
			yield { line, offset, bytes };
			torn = [];
			offset += bytes.length + 1;
			line += 1;
			start = end + 1;
		}
		if (start < block.length) torn.push(block.subarray(start));
	}
	if (torn.length > 0) yield { line, offset, bytes: Buffer.concat(torn) };
}
