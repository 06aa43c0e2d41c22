import { statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { FoundFile } from '../core/ports.ts';
import { createFoundFile } from './found-file.ts';

const FLAGS = '-F --no-config --no-ignore --hidden --text --encoding none --max-count 1 ./';

/** What ripgrep-js may collect before exec's buffer of 1 MiB would cut it. */
const LIMIT_BYTES = 900_000;

/**
 * Of rg's JSON lines only those that name a file are passed on, under the type that ripgrep-js keeps, and at the end a line of our
 * own in place of rg's summary: without it the result was cut. Status 1 makes ripgrep-js reject once anything is on stderr.
 */
const FILTER = String.raw`LC_ALL=C awk '
/^[{]"type":"begin"/ { sub(/"begin"/, "\"match\""); size += length($0) + 1; if (size > ${LIMIT_BYTES}) exit 1; print }
/^[{]"data":.*"type":"summary"[}]$/ { print "{\"type\":\"match\",\"data\":\"whole\"}" }
END { exit 1 }'`;

/**
 * Searches folders through `ripgrep-js`. The package pastes its arguments into a shell line, waits for ever without a path, crashes the
 * process when a result is larger than 1 MiB, and takes failures without words for success: so it gets a word of letters and
 * digits only, a path, a filter that bounds the result, and a line that proves the end.
 *
 * @param rgPath - Path or name of `rg`.
 * @param word - Only `[A-Za-z0-9_]`.
 * @returns `null` when the result is too large, anything was said on stderr, or a root is not a folder.
 * @throws {TypeError} `word` could mean something to a shell.
 */
export async function searchByRipgrepJs(
	rgPath: string,
	word: string,
	roots: readonly string[],
): Promise<readonly FoundFile[] | null> {
	if (!/^[A-Za-z0-9_]+$/.test(word)) throw new TypeError('Not a word');
	const { ripGrep } = (await import('ripgrep-js')).default;
	const found: FoundFile[] = [];
	for (const root of roots) {
		if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return null;
		const call = withOnPath(rgPath, () => ripGrep(resolve(root), { regex: `'${word}' ${FLAGS} | ${FILTER}` }));
		const answer: readonly unknown[] = await call.catch(() => []);
		if (answer.at(-1) !== 'whole') return null;
		for (const item of answer.slice(0, -1)) found.push(createFoundFile(joinBytes(root, pathOf(item))));
	}
	return found;
}

/** The package finds `rg` by name only. The shell has its environment before the call returns. */
function withOnPath<T>(program: string, call: () => T): T {
	const before = process.env.PATH;
	if (isAbsolute(program)) process.env.PATH = `${dirname(program)}:${before ?? ''}`;
	try {
		return call();
	} finally {
		if (before === undefined) delete process.env.PATH;
		else process.env.PATH = before;
	}
}

/** rg writes a path as text, or as base64 where it is not UTF-8. */
function pathOf(item: unknown): Buffer {
	const { path } = item as { path: { text: string } | { bytes: string } };
	return 'text' in path ? Buffer.from(path.text) : Buffer.from(path.bytes, 'base64');
}

const joinBytes = (root: string, path: Buffer): Buffer =>
	Buffer.concat([Buffer.from(root.endsWith('/') ? root : `${root}/`), path.subarray('./'.length)]);
