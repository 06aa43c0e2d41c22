import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundLine } from '../core/ports.ts';
import { hitLines } from './hit-lines.ts';
import { createNeedles } from './needles.ts';

/** Finds the lines that hold any of some words, of one file after another. */
export type LineSource = (
	words: readonly string[],
	onLine: (line: FoundLine) => Promise<void>,
) => Promise<LineSourceReport>;

/** What a search for lines looked at. */
export interface LineSourceReport {
	/** What could not be read, a sentence each. */
	readonly problems: readonly string[];
	/** Files that were read. */
	readonly files: number;
}

/**
 * Finds lines in the files below some folders that were written to since a moment. A line that was written later can stand in no other
 * file, so the cost does not grow with what lies there from before.
 */
export const recentLines =
	(folders: readonly string[], sinceMs: number): LineSource =>
	async (words, onLine) => {
		const listing = await listFiles(folders);
		// File systems round times.
		const recent = listing.files.filter(({ mtimeMs }) => mtimeMs >= sinceMs - 2000);
		const problems = [...listing.problems];
		for (const { path } of recent) await readLines(path, words, { onLine, problems, from: 0 });
		return { problems, files: recent.length };
	};

/** Sees what is added to transcripts from a moment on. */
export interface AgentWatch {
	/** Only what was added since, in files old and new. */
	readonly lines: LineSource;
}

/**
 * Remembers how large the files below some folders are; nothing is read.
 *
 * @param folders - Those that do not exist yet count as empty.
 */
export async function createAgentWatch(folders: readonly string[]): Promise<AgentWatch> {
	const before = new Map((await listFiles(folders)).files.map(({ path, size }) => [path, size]));
	return {
		lines: async (words, onLine) => {
			const listing = await listFiles(folders);
			const problems = [...listing.problems];
			let files = 0;
			for (const { path, size } of listing.files) {
				const old = before.get(path) ?? 0;
				if (size === old) continue;
				files += 1;
				// A file that shrank is another one.
				await readLines(path, words, { onLine, problems, from: size < old ? 0 : old });
			}
			return { problems, files };
		},
	};
}

interface ListedFile {
	readonly path: string;
	readonly size: number;
	readonly mtimeMs: number;
}

async function listFiles(folders: readonly string[]): Promise<{ files: readonly ListedFile[]; problems: string[] }> {
	const files: ListedFile[] = [];
	const problems: string[] = [];
	const walk = async (folder: string): Promise<void> => {
		const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== 'ENOENT') problems.push(error.message);
			return [];
		});
		for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
			const path = join(folder, entry.name);
			if (entry.isDirectory()) await walk(path);
			else if (entry.isFile() && /\.(?:jsonl|txt)$/.test(entry.name)) {
				const found = look(path);
				if (found !== null) files.push({ path, size: found.size, mtimeMs: found.mtimeMs });
			}
		}
	};
	for (const folder of folders) await walk(folder);
	return { files, problems };
}

/** Synchronous: the way through the thread pool costs ten times the call, and there may be thousands of files. */
function look(path: string): Stats | null {
	try {
		return statSync(path);
	} catch {
		return null;
	}
}

interface ReadFrame {
	readonly onLine: (line: FoundLine) => Promise<void>;
	readonly problems: string[];
	/** Bytes that are of no interest. */
	readonly from: number;
}

async function readLines(path: string, words: readonly string[], { onLine, problems, from }: ReadFrame): Promise<void> {
	const pathBytes = Buffer.from(path);
	const lines = hitLines(pathBytes, createNeedles(words), { from: { offset: from, line: 1 } });
	let skipped: Skipped | null = null;
	for (;;) {
		const next = await lines.next().catch((error: unknown) => {
			problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
			return { done: true as const, value: undefined };
		});
		if (next.done === true) return;
		// Counting lines costs a look at what was there before, so only a hit pays for it.
		skipped ??= skip(path, from);
		const isFirst = next.value.offset === from;
		const bytes = isFirst ? Buffer.concat([skipped.torn, next.value.bytes]) : next.value.bytes;
		const offset = isFirst ? from - skipped.torn.length : next.value.offset;
		await onLine({ ...next.value, offset, bytes, line: next.value.line + skipped.lines, file: { path, pathBytes } });
	}
}

/** What stands before an offset: whole lines, and the beginning of one. */
interface Skipped {
	readonly lines: number;
	readonly torn: Buffer;
}

function skip(path: string, size: number): Skipped {
	const block = Buffer.alloc(1 << 20);
	let lines = 0;
	let torn: Buffer = Buffer.alloc(0);
	const file = openSync(path, 'r');
	try {
		for (let done = 0; done < size; ) {
			const count = readSync(file, block, 0, Math.min(block.length, size - done), done);
			if (count === 0) break;
			const read = block.subarray(0, count);
			for (let at = read.indexOf(0x0a); at !== -1; at = read.indexOf(0x0a, at + 1)) lines += 1;
			const last = read.lastIndexOf(0x0a);
			torn = last === -1 ? Buffer.concat([torn, read]) : Buffer.from(read.subarray(last + 1));
			done += count;
		}
	} finally {
		closeSync(file);
	}
	return { lines, torn };
}
