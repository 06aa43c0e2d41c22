import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * Reads which commit is checked out, from git's own files: starting the program would cost a short run more than its verdict.
 *
 * @param cwd - The repository is looked for from here upwards.
 * @returns 40 or 64 hex digits; `null` outside of a repository and before its first commit.
 * @see gitrepository-layout(5)
 */
export async function readCommit(cwd: string): Promise<string | null> {
	const git = await findGit(resolve(cwd));
	if (git === null) return null;
	const head = (await read(join(git, 'HEAD'))) ?? '';
	const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
	if (ref === undefined) return toCommit(head);
	// A linked worktree has its own HEAD; branches stand in the common folder.
	const common = resolve(git, (await read(join(git, 'commondir'))) ?? '.');
	const loose = toCommit((await read(join(common, ref))) ?? '');
	if (loose !== null) return loose;
	const packed = (await read(join(common, 'packed-refs'))) ?? '';
	return toCommit(
		packed
			.split('\n')
			.find((line) => line.endsWith(` ${ref}`))
			?.split(' ')[0] ?? '',
	);
}

async function findGit(folder: string): Promise<string | null> {
	const place = join(folder, '.git');
	if ((await read(join(place, 'HEAD'))) !== null) return place;
	const link = /^gitdir: (.+)$/.exec((await read(place)) ?? '')?.[1];
	if (link !== undefined) return resolve(folder, link);
	const parent = dirname(folder);
	return parent === folder ? null : findGit(parent);
}

const read = (path: string): Promise<string | null> =>
	readFile(path, 'utf8').then(
		(text) => text.trim(),
		() => null,
	);

const toCommit = (text: string): string | null => (COMMIT.test(text) ? text : null);
