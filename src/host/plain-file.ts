import { readFileSync, type Stats, statSync } from 'node:fs';
import type { Files } from '../core/ports.ts';
import { createNotAFileError, toReadError } from './file-errors.ts';

/** The reading half of the port {@link Files}, for who changes nothing: it needs no locks. */
export const plainFiles: Pick<Files, 'read'> = {
	read: async (path) => readPlainFile(path, path),
};

/**
 * Reads a regular file. Synchronous: the way through the thread pool costs more than the call.
 *
 * @param shownPath - How the user knows it.
 * @throws {AppError} See {@link toReadError}.
 */
export function readPlainFile(path: string, shownPath: string): Uint8Array {
	try {
		inspectPlainFile(path, shownPath);
		return readFileSync(path);
	} catch (error) {
		throw toReadError(error, shownPath);
	}
}

/**
 * Looks at a file that shall be read. Reading from a pipe or a device could wait for ever, so only regular files are read.
 *
 * @throws What {@link toReadError} turns into an error for people.
 */
export function inspectPlainFile(path: string, shownPath: string): Stats {
	const found = statSync(path);
	if (found.isDirectory()) throw createNotAFileError(shownPath, 'it is a folder');
	if (!found.isFile()) throw createNotAFileError(shownPath, 'it is a pipe, a socket or a device');
	if (hasBits(found, 0o444)) return found;
	throw Object.assign(new Error('no read permission'), { code: 'EACCES' });
}

/** Whether any of some permission bits is set. Windows has no such bits; Node makes them up there. */
export const hasBits = (found: Stats, bits: number): boolean =>
	process.platform === 'win32' || (found.mode & bits) !== 0;
