import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { AppError } from '../core/errors.ts';

/** What git knows of files that stand in its working tree. Nothing of it is changed. */
export interface GitHistory {
	/**
	 * Finds the files that are not as they were at a revision: changed, added, deleted, or unknown to git.
	 *
	 * @param paths - Absolute or relative to the working directory; they need not exist, their folders may be missing too.
	 * @throws {AppError} `USAGE`: no git, no repository, or no such revision in it.
	 */
	changedSince(paths: readonly string[], revision: string): Promise<ReadonlySet<string>>;
	/**
	 * Reads a file as it was at a revision.
	 *
	 * @returns `null` when it was not there.
	 * @throws {AppError} `USAGE`, as above.
	 */
	contentAt(path: string, revision: string): Promise<Uint8Array | null>;
	/**
	 * Lists the files of a folder at a revision.
	 *
	 * @returns Names without the folder, ascending; empty when it was not there.
	 * @throws {AppError} `USAGE`, as above.
	 */
	namesAt(folder: string, revision: string): Promise<readonly string[]>;
	/** @returns False where there is no git, no repository, or no commit in it. */
	hasCommits(path: string): Promise<boolean>;
}

/** Makes the history over the program `git`. What a revision stands for, and which files it has, is asked once in each folder. */
export function createGitHistory(): GitHistory {
	const findCommit = remember(findCommitOf);
	const listTree = remember(listTreeOf);
	const place = createPlacer();
	/** By folder, which may be gone meanwhile: that takes no commit away. */
	const committed = new Map<string, Promise<boolean>>();
	const resolveCommit = async (folder: string, revision: string): Promise<string> => {
		const { commit, problem } = await findCommit(folder, revision);
		if (commit !== null) return commit;
		throw new AppError('USAGE', `Cannot compare with ${revision}: ${problem.message}`, { advice: problem.advice });
	};
	return {
		async changedSince(paths, revision) {
			const changed = new Set<string>();
			for (const [folder, group] of groupByFolder(paths, place)) {
				const commit = await resolveCommit(folder, revision);
				const names = [...group.keys()];
				const listed = [
					await git(folder, ['diff', '--name-only', '-z', '--no-renames', '--relative', commit, '--', ...names]),
					await git(folder, ['ls-files', '--others', '-z', '--', ...names]),
				];
				for (const name of listed.flatMap(({ stdout }) => toText(stdout).split('\0'))) {
					const path = group.get(name);
					if (path !== undefined) changed.add(path);
				}
			}
			return changed;
		},
		async contentAt(path, revision) {
			const { folder, name } = place(path);
			const commit = await resolveCommit(folder, revision);
			const { exitCode, stdout } = await git(folder, ['cat-file', 'blob', `${commit}:./${name}`]);
			return exitCode === 0 ? stdout : null;
		},
		async namesAt(path, revision) {
			const { folder, name } = place(join(path, 'x'));
			const commit = await resolveCommit(folder, revision);
			return listTree(folder, `${commit}:./${dirname(name) === '.' ? '' : dirname(name)}`);
		},
		hasCommits(path) {
			const folder = dirname(path);
			const known = committed.get(folder);
			if (known !== undefined) return known;
			const asked = findCommit(place(path).folder, 'HEAD').then(({ commit }) => commit !== null);
			committed.set(folder, asked);
			return asked;
		},
	};
}

interface Place {
	readonly folder: string;
	readonly name: string;
}

/** Finds for a path the nearest folder that exists, and the name from there; looked for once for all paths of a folder, while it is there. */
function createPlacer(): (path: string) => Place {
	const places = new Map<string, Place>();
	return (path) => {
		const parent = dirname(path);
		let place = places.get(parent);
		if (place === undefined || !existsSync(place.folder)) {
			place = placeFolder(parent);
			places.set(parent, place);
		}
		return { folder: place.folder, name: join(place.name, basename(path)) };
	};
}

function placeFolder(path: string): Place {
	let folder = path;
	let name = '';
	for (;;) {
		try {
			return { folder: realpathSync(folder), name };
		} catch (error) {
			if (dirname(folder) === folder) throw error;
			name = join(basename(folder), name);
			folder = dirname(folder);
		}
	}
}

function groupByFolder(paths: readonly string[], place: (path: string) => Place): Map<string, Map<string, string>> {
	const groups = new Map<string, Map<string, string>>();
	for (const path of paths) {
		const { folder, name } = place(path);
		const group = groups.get(folder) ?? new Map<string, string>();
		groups.set(folder, group.set(name, path));
	}
	return groups;
}

function remember<T>(ask: (folder: string, what: string) => Promise<T>): (folder: string, what: string) => Promise<T> {
	const answers = new Map<string, Promise<T>>();
	return (folder, what) => {
		const key = `${folder}\0${what}`;
		const answer = answers.get(key) ?? ask(folder, what);
		answers.set(key, answer);
		return answer;
	};
}

async function listTreeOf(folder: string, tree: string): Promise<readonly string[]> {
	const { exitCode, stdout } = await git(folder, ['ls-tree', '--full-tree', '--name-only', '-z', tree]);
	return exitCode === 0
		? toText(stdout)
				.split('\0')
				.filter((entry) => entry !== '')
		: [];
}

async function findCommitOf(
	folder: string,
	revision: string,
): Promise<{ commit: string | null; problem: { message: string; advice: string } }> {
	const { exitCode, stdout, stderr } = await git(folder, [
		'rev-parse',
		'--verify',
		'--quiet',
		'--end-of-options',
		`${revision}^{commit}`,
	]);
	const commit = exitCode === 0 ? toText(stdout).trim() : null;
	const said = toText(stderr).trim();
	if (exitCode === undefined) {
		return { commit, problem: { message: 'git can not be started', advice: 'Install git, or leave --since out' } };
	}
	const problem = /not a git repository/.test(said)
		? { message: `${folder} is in no git repository`, advice: 'Leave --since out, or run it inside a clone' }
		: said === ''
			? {
					message: `git knows no such commit in ${folder}`,
					advice: `Fetch it first; CI often clones without history (actions/checkout: fetch-depth: 0)`,
				}
			: { message: `git says: ${said.split('\n')[0]}`, advice: 'Make git work in this folder, or leave --since out' };
	return { commit, problem };
}

/** Never throws for what git says; `exitCode` is `undefined` when it could not be started. */
const git = (folder: string, args: readonly string[]) =>
	execa('git', ['--literal-pathspecs', '--no-optional-locks', '-c', 'core.fsmonitor=false', ...args], {
		cwd: folder,
		// Hooks run with the repository of the commit in these; the one of the file is meant.
		env: {
			GIT_DIR: undefined,
			GIT_WORK_TREE: undefined,
			GIT_INDEX_FILE: undefined,
			GIT_PREFIX: undefined,
			LC_ALL: 'C',
		},
		stdin: 'ignore',
		encoding: 'buffer',
		stripFinalNewline: false,
		reject: false,
	});

const toText = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
