import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Io } from '../io.ts';

/**
 * Creates what turns a path as the user gave it into one from the root of the repository, with slashes: CI servers find files only so.
 * The root is what the server says, else the working directory.
 *
 * @returns Gives back paths outside of the root as they are.
 */
export function createRepositoryPath({ env, cwd }: Pick<Io, 'env' | 'cwd'>): (file: string) => string {
	const root = realPath(env.GITHUB_WORKSPACE || env.CI_PROJECT_DIR || cwd);
	const base = realPath(cwd);
	return (file) => {
		const path = relative(root, resolve(base, file));
		const isOutside = path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
		return isOutside ? file : path.split(sep).join('/');
	};
}

function realPath(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return resolve(path);
	}
}
