import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '../core/errors.ts';
import type { FoundLine } from '../core/ports.ts';
import { createFoundFile } from './found-file.ts';
import { RG_FLAGS, toArgument } from './ripgrep-stream.ts';

const FLAGS = [...RG_FLAGS, '--with-filename', '--no-heading', '--line-number', '--byte-offset', '--null'];
/** `<path>\0<line>:<offset>:`, and then the line itself. */
const NUMBERS = /^(\d+):(\d+):/;
const NUMBERS_BYTES = 40;
const NEWLINE = 0x0a;
const MESSAGES_CHARS = 100_000;

/** What to search for, where, and who gets the lines. */
export interface LineSearch {
	readonly words: readonly string[];
	readonly roots: readonly string[];
	readonly onLine: (line: FoundLine) => void | Promise<void>;
}

/**
 * Finds lines by one call of `rg` for all words, read as a stream.
 *
 * @returns What could not be searched; `null` when there is no such program: nothing was found then.
 * @throws {AppError} `SEARCH_FAILED`: rg ended by a signal.
 */
export async function searchLinesByRg(rgPath: string, search: LineSearch): Promise<readonly string[] | null> {
	const told = new Set<string>();
	const onLine = async (line: FoundLine): Promise<void> => {
		const place = `${Buffer.from(line.file.pathBytes).toString('latin1')}:${line.offset}`;
		// Roots may overlap, and a search that broke off begins anew.
		if (told.has(place)) return;
		told.add(place);
		await search.onLine(line);
	};
	// Mapped files are searched in half the time, but rg dies of SIGBUS when somebody makes one shorter meanwhile.
	const mapped = await runRg(rgPath, { ...search, onLine, flags: ['--mmap'] });
	if (mapped !== 'SIGBUS') return mapped;
	const read = await runRg(rgPath, { ...search, onLine, flags: ['--no-mmap'] });
	if (read === 'SIGBUS') throw new AppError('SEARCH_FAILED', 'Cannot search: rg was ended by SIGBUS');
	return read;
}

async function runRg(
	rgPath: string,
	{ words, roots, onLine, flags }: LineSearch & { readonly flags: readonly string[] },
): Promise<readonly string[] | null | 'SIGBUS'> {
	const child = spawn(rgPath, [...FLAGS, ...flags, '-f', '-', '--', ...roots.map(toArgument)]);
	const missing = new Promise<true>((settle) => {
		child.once('error', () => settle(true));
	});
	const closed = once(child, 'close');
	closed.catch(() => {});
	// It may be gone before it has read its words.
	child.stdin.on('error', () => {});
	child.stdin.end(`${words.join('\n')}\n`);
	let messages = '';
	child.stderr.on('data', (chunk: Buffer) => {
		if (messages.length < MESSAGES_CHARS) messages += chunk.toString();
	});
	try {
		for await (const line of parseLines(child.stdout as AsyncIterable<Buffer>)) await onLine(line);
	} catch (error) {
		child.kill('SIGKILL');
		throw error;
	}
	const end = await Promise.race([missing, closed as Promise<[number | null, string | null]>]);
	if (end === true) return null;
	const [exitCode, signal] = end;
	if (signal === 'SIGBUS') return signal;
	if (exitCode === null) {
		throw new AppError('SEARCH_FAILED', `Cannot search: rg was ended by ${signal}`, { data: { signal } });
	}
	return messages.split('\n').filter((line) => line !== '');
}

async function* parseLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<FoundLine> {
	/** Pieces of a line whose end has not come: joined once, however many there are. */
	let torn: Buffer[] = [];
	for await (const chunk of chunks) {
		let start = 0;
		for (let end = lineEndIn(chunk, start, torn); end !== -1; end = lineEndIn(chunk, start, torn)) {
			const record = Buffer.concat([...torn, chunk.subarray(start, end)]);
			torn = [];
			start = end + 1;
			const line = parseLine(record);
			if (line !== null) yield line;
		}
		if (start < chunk.length) torn.push(chunk.subarray(start));
	}
	const last = torn.length === 0 ? null : parseLine(Buffer.concat(torn));
	if (last !== null) yield last;
}

/** The newline that ends a record: one in a path stands before the record's NUL. */
function lineEndIn(chunk: Buffer, start: number, torn: readonly Buffer[]): number {
	const hasPath = torn.some((piece) => piece.includes(0));
	const path = hasPath ? start : chunk.indexOf(0, start);
	return path === -1 ? -1 : chunk.indexOf(NEWLINE, path);
}

function parseLine(record: Buffer): FoundLine | null {
	const nul = record.indexOf(0);
	const [numbers, line, offset] = NUMBERS.exec(record.toString('latin1', nul + 1, nul + 1 + NUMBERS_BYTES)) ?? [];
	if (nul === -1 || numbers === undefined) return null;
	const bytes = record.subarray(nul + 1 + numbers.length);
	return {
		file: createFoundFile(record.subarray(0, nul)),
		line: Number(line),
		offset: Number(offset),
		bytes,
		isCut: false,
	};
}
