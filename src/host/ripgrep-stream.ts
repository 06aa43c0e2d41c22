import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '../core/errors.ts';
import type { FoundFile, SearchResult } from '../core/ports.ts';
import { createFoundFile } from './found-file.ts';

/** Literal words in all files, hidden, ignored and binary ones too, whatever the user's config says. */
export const RG_FLAGS = ['--no-config', '--no-ignore', '--hidden', '--text', '--encoding', 'none', '-F'] as const;
const FLAGS = [...RG_FLAGS, '--files-with-matches', '--null'];

/** Longest text of rg's own messages that is kept. */
const MESSAGES_CHARS = 100_000;

/**
 * Searches by `rg`, called with an argument list and read as a stream, so that results of any size fit.
 *
 * @returns `null` when there is no such program.
 * @throws {AppError} `SEARCH_FAILED`: rg ended by a signal.
 */
export async function searchByRg(rgPath: string, word: string, roots: readonly string[]): Promise<SearchResult | null> {
	const child = spawn(rgPath, [...FLAGS, '-e', word, '--', ...roots.map(toArgument)], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const missing = new Promise<true>((settle) => {
		child.once('error', () => settle(true));
	});
	let messages = '';
	child.stderr.on('data', (chunk: Buffer) => {
		if (messages.length < MESSAGES_CHARS) messages += chunk.toString();
	});
	const files: FoundFile[] = [];
	const closed = once(child, 'close');
	closed.catch(() => {});
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
		rest = Buffer.concat([rest, chunk]);
		for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
			files.push(createFoundFile(rest.subarray(0, end)));
			rest = rest.subarray(end + 1);
		}
	}
	const end = await Promise.race([missing, closed as Promise<[number | null, string | null]>]);
	if (end === true) return null;
	const [exitCode, signal] = end;
	// 0: found, 1: not found, 2: found or not, and something could not be read.
	if (exitCode === null) {
		throw new AppError('SEARCH_FAILED', `Cannot search: rg was ended by ${signal}`, { data: { signal } });
	}
	return { files, problems: messages.split('\n').filter((line) => line !== '') };
}

/** rg takes `-` for its standard input, also behind `--`. */
export const toArgument = (root: string): string => (root.startsWith('/') ? root : `./${root}`);
