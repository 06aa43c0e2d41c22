import { lstatSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../core/errors.ts';
import { createNotAFileError, createReadOnlyError, toWriteError } from './file-errors.ts';
import { makeFolders } from './make-folders.ts';

/** The real path of a journal that may be written; its folder is there afterwards. */
export function prepare(path: string): string {
	try {
		const folder = realFolder(path) ?? makeFolder(path);
		const { mode } = statSync(folder);
		if (isWriteProtected(mode)) throw createReadOnlyError(path, 'folder', mode);
		const { target, found } = locate(path, folder);
		if (found !== undefined && isWriteProtected(found.mode)) throw createReadOnlyError(path, 'file', found.mode);
		return target;
	} catch (error) {
		throw toWriteError(error, path);
	}
}

function makeFolder(path: string): string {
	makeFolders(dirname(path));
	return realpathSync.native(dirname(path));
}

/**
 * A folder that is a link is refused for the same reason as a file that is one, see {@link locate}.
 *
 * @returns `null` when there is no such folder.
 */
export function realFolder(path: string): string | null {
	try {
		// Ten thousand prompts may have no such folder, and an exception costs more than all else here.
		const found = lstatSync(dirname(path), { throwIfNoEntry: false });
		if (found === undefined) return null;
		const folder = realpathSync.native(dirname(path));
		if (found.isSymbolicLink()) throw createLinkError(dirname(path), folder);
		return folder;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
}

/** Windows has no such bits; Node makes them up there. */
export const isWriteProtected = (mode: number): boolean => process.platform !== 'win32' && (mode & 0o222) === 0;

/**
 * Follows the links of a path, but to no other folder than its own: a record that stands somewhere else is not committed with what it
 * is about, and can be exchanged without a trace.
 *
 * @param folder - The real one of the path.
 */
export function locate(path: string, folder: string): { readonly target: string; readonly found: Stats | undefined } {
	let target = join(folder, basename(path));
	let found = lstatSync(target, { throwIfNoEntry: false });
	if (found?.isSymbolicLink()) {
		const link = resolve(folder, readlinkSync(target));
		target = realpathSync.native(dirname(link)) === folder ? realpathSync.native(link) : link;
		if (dirname(target) !== folder) throw createLinkError(path, target);
		found = statSync(target);
	}
	if (found !== undefined && !found.isFile()) throw createNotAFileError(path, 'it is a folder, a pipe or a device');
	return { target, found };
}

/**
 * Reads a file of a journal's folder.
 *
 * @param folder - The real one of the path.
 * @returns `null` when there is no such file.
 */
export function readIn(folder: string, path: string): Uint8Array | null {
	const { target, found } = locate(path, folder);
	return found === undefined ? null : readFileSync(target);
}

const createLinkError = (path: string, target: string): AppError =>
	new AppError('FILE_UNREADABLE', `Cannot use ${path}: it is a symbolic link out of its folder, to ${target}`, {
		data: { path, target },
		advice: 'Put what it leads to in its place',
	});
