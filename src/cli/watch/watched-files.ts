import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { Hashes } from '../../core/ports.ts';

/** Files that patterns name, and the folders in which others may come to be. */
export interface WatchedFiles {
	/** Relative to the working directory, with the digest of each; what is not there has none. */
	readonly digests: ReadonlyMap<string, string>;
	/** Absolute. */
	readonly folders: ReadonlySet<string>;
}

/** Nobody watches what others put there. */
const IGNORED = ['**/node_modules/**', '**/.git/**'];

/** Looks files up again and again, and reads only those that changed. */
export interface WatchedFilesReader {
	/**
	 * @param patterns - Paths and globs.
	 * @param folder - What they are relative to.
	 */
	read(patterns: readonly string[], folder: string): Promise<WatchedFiles>;
}

/** Makes a reader that remembers digests by size and time of change. */
export function createWatchedFilesReader(hashes: Hashes): WatchedFilesReader {
	const known = new Map<string, { readonly stamp: string; readonly digest: string }>();
	const digest = async (path: string): Promise<string | null> => {
		try {
			const { size, mtimeMs, ctimeMs, ino } = await stat(path);
			const stamp = [size, mtimeMs, ctimeMs, ino].join(' ');
			const former = known.get(path);
			if (former?.stamp === stamp) return former.digest;
			const fresh = hashes.sha256(await readFile(path));
			known.set(path, { stamp, digest: fresh });
			return fresh;
		} catch {
			// Gone since it was listed, a folder, or not ours to read.
			return null;
		}
	};
	return {
		async read(patterns, folder) {
			const [globs, paths] = [patterns.filter(isGlob), patterns.filter((pattern) => !isGlob(pattern))];
			const found = await find(globs, folder);
			const files = [...new Set([...found, ...paths.map((path) => join(folder, path))])].sort();
			const digests = new Map<string, string>();
			for (const file of files) {
				const own = await digest(file);
				if (own !== null) digests.set(relative('', resolve(file)), own);
			}
			const folders = [...files.map((file) => dirname(file)), ...(await foldersOf(globs, folder))];
			return { digests, folders: new Set(folders.map(nearest)) };
		},
	};
}

const isGlob = (pattern: string): boolean => /[*?{[]/.test(pattern);

async function find(globs: readonly string[], cwd: string): Promise<readonly string[]> {
	if (globs.length === 0) return [];
	const found = await glob([...globs], { cwd, expandDirectories: false, ignore: IGNORED });
	return found.map((file) => join(cwd, file));
}

/** All folders below the part of a glob that stands fast: in each of them a file may appear that it names. */
async function foldersOf(globs: readonly string[], cwd: string): Promise<readonly string[]> {
	const bases = globs.map((pattern) => join(cwd, dirname(`${/^[^*?{[]*/.exec(pattern)?.[0] ?? ''}x`)));
	const isDeep = (index: number): boolean =>
		globs[index]?.slice(staticLength(globs[index] ?? '')).includes('/') === true;
	const below = await Promise.all(
		bases.map(async (base, index) =>
			isDeep(index) && existsSync(base)
				? (await glob(['**/'], { cwd: base, onlyDirectories: true, ignore: IGNORED })).map((path) => join(base, path))
				: [],
		),
	);
	return [...bases, ...below.flat()];
}

const staticLength = (pattern: string): number => pattern.search(/[*?{[]/);

/** A folder that is not there yet comes to be in the nearest one that is. */
function nearest(folder: string): string {
	let path = resolve(folder);
	while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
	return path;
}
