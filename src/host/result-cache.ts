import { randomBytes } from 'node:crypto';
import {
	closeSync,
	fstatSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.ts';
import { nodeClock } from './node-clock.ts';
import { nodeHashes } from './node-hashes.ts';

/** Results that processes remember for each other, by a digest of what they were made from. */
export interface ResultCache {
	/** @returns What was remembered, whole and unharmed; `null` else. */
	get(key: string): string | null;
	/** Remembers a result; it is kept once `save` is called. */
	put(key: string, result: string): void;
	/**
	 * Adds what is new to the file. What goes wrong is nobody's concern: the next process works it out again.
	 *
	 * @returns True when there was no such file before.
	 */
	save(): boolean;
}

/** For those who want nothing remembered. */
export const NO_CACHE: ResultCache = { get: () => null, put: () => undefined, save: () => false };

/** A key, a checksum, and the result: one line each. */
const KEY_LENGTH = 64;
const SUM_LENGTH = 16;
const RESULT_AT = KEY_LENGTH + SUM_LENGTH + 2;
const LINE_FEED = 10;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Opens a cache in one file that any number of processes share without a lock: each adds whole lines at the end. A line that is torn,
 * or was changed, does not fit its checksum and counts as missing. The file may be deleted at any moment; its time says to the day when it was
 * used last.
 *
 * @param path - Need not exist, nor its folder; read at the first `get`.
 * @param options - `limitBytes`: a file that grows beyond is written anew with what this process used. Default 64 MiB.
 */
export function openResultCache(path: string, options: { readonly limitBytes?: number } = {}): ResultCache {
	const limitBytes = options.limitBytes ?? 64 * 2 ** 20;
	const used = new Map<string, string>();
	const fresh = new Map<string, string>();
	let stored: Stored | null = null;
	return {
		get(key) {
			const known = used.get(key) ?? fresh.get(key);
			if (known !== undefined) return known;
			stored ??= load(path);
			const result = find(stored, key);
			if (result !== null) used.set(key, result);
			return result;
		},
		put(key, result) {
			if (key.length !== KEY_LENGTH || result.includes('\n'))
				throw new TypeError('A key is a digest, a result one line');
			fresh.set(key, result);
		},
		save() {
			if (fresh.size === 0) return false;
			let isNew = false;
			try {
				const { size, sizeBefore } = append(path, fresh);
				isNew = sizeBefore === 0;
				if (size > limitBytes) rewrite(path, [...used, ...fresh].map(toLine), limitBytes);
			} catch {
				// A disk that is full or read-only costs time, and nothing else.
			}
			for (const [key, result] of fresh) used.set(key, result);
			fresh.clear();
			return isNew;
		},
	};
}

interface Stored {
	readonly bytes: Buffer;
	/** Where the line of a key begins; of several the last one. */
	readonly lines: ReadonlyMap<string, number>;
}

function load(path: string): Stored {
	const lines = new Map<string, number>();
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
		markUsed(path);
	} catch {
		return { bytes: Buffer.alloc(0), lines };
	}
	for (let start = 0; start < bytes.length; ) {
		const next = bytes.indexOf(LINE_FEED, start);
		const end = next === -1 ? bytes.length : next;
		if (end - start > RESULT_AT) lines.set(bytes.toString('latin1', start, start + KEY_LENGTH), start);
		start = end + 1;
	}
	return { bytes, lines };
}

/** For whoever tidies up. */
function markUsed(path: string): void {
	const nowMs = nodeClock.nowMs();
	try {
		if (statSync(path).mtimeMs < nowMs - DAY_MS) utimesSync(path, nowMs / 1000, nowMs / 1000);
	} catch {
		// It is another's, or gone meanwhile.
	}
}

function find({ bytes, lines }: Stored, key: string): string | null {
	const start = lines.get(key);
	if (start === undefined) return null;
	const next = bytes.indexOf(LINE_FEED, start);
	const line = bytes.toString('utf8', start, next === -1 ? bytes.length : next);
	const result = line.slice(RESULT_AT);
	return line === formatLine(key, result) ? result : null;
}

const formatLine = (key: string, result: string): string =>
	`${key} ${nodeHashes.sha256(key + result).slice(0, SUM_LENGTH)} ${result}`;

/** Begins with a line feed too: what a process that died left without one stays a line of its own. */
const toLine = ([key, result]: readonly [string, string]): string => `\n${formatLine(key, result)}\n`;

/** How many lines are written at once: ten thousand in one text would take as much memory as all else. */
const LINES_AT_ONCE = 500;

function append(path: string, results: ReadonlyMap<string, string>): { size: number; sizeBefore: number } {
	makeFolders(dirname(path), 0o700);
	const file = openSync(path, 'a', 0o600);
	try {
		const sizeBefore = fstatSync(file).size;
		const entries = [...results];
		for (let from = 0; from < entries.length; from += LINES_AT_ONCE) {
			writeFileSync(
				file,
				entries
					.slice(from, from + LINES_AT_ONCE)
					.map(toLine)
					.join(''),
			);
		}
		return { size: fstatSync(file).size, sizeBefore };
	} finally {
		closeSync(file);
	}
}

/** Keeps the newest lines of half the limit. What others add meanwhile is lost, and worked out again. */
function rewrite(path: string, lines: readonly string[], limitBytes: number): void {
	const kept: string[] = [];
	let size = 0;
	for (const line of lines.toReversed()) {
		size += Buffer.byteLength(line);
		if (size > limitBytes / 2) break;
		kept.push(line);
	}
	const temporary = `${path}.${randomBytes(6).toString('hex')}`;
	try {
		writeFileSync(temporary, kept.reverse().join(''), { mode: 0o600 });
		renameSync(temporary, path);
	} catch (error) {
		rmSync(temporary, { force: true });
		throw error;
	}
}
