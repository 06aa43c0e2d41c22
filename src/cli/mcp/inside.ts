import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { expandNames } from '../load-documents.ts';
import type { ToolContext } from './tool.ts';

/**
 * Expands patterns, and holds every path against the working directory, symbolic links followed: an agent that was told to verify a project
 * has no business outside of it.
 *
 * @returns The paths, in order; those of files that are not there too.
 * @throws {AppError} `USAGE`: one leads out of the working directory, and the server does not allow that.
 */
export async function pathsInside(
	names: readonly string[],
	{ io, isOutsideAllowed }: Pick<ToolContext, 'io' | 'isOutsideAllowed'>,
): Promise<readonly string[]> {
	const paths = await expandNames(names);
	if (isOutsideAllowed) return paths;
	const root = await realpath(io.cwd);
	for (const path of paths) {
		const target = resolve(io.cwd, path);
		const real = await realpath(target).catch(() => null);
		if (isInside(resolve(io.cwd), target) && (real === null || isInside(root, real))) continue;
		throw new AppError('USAGE', `Cannot use ${path}: it is outside of the working directory ${io.cwd}`, {
			advice: 'Name a path below the working directory; only whoever starts the server can add --allow-outside',
			data: { path },
		});
	}
	return paths;
}

function isInside(root: string, path: string): boolean {
	const way = relative(root, path);
	return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}
