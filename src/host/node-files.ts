import { accessSync, constants, readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AppError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { createNotAFileError, createReadOnlyError, toReadError, toWriteError } from './file-errors.ts';
import { createFileLocks, type FileLock, type FileLockOptions } from './file-lock.ts';
import { removeQuietly } from './remove-quietly.ts';

/**
 * Makes the port {@link Files} over the real file system. Permission bits hold for root too.
 *
 * @param options - `lock`: see {@link FileLockOptions}.
 */
export function createNodeFiles(options: { readonly lock?: FileLockOptions } = {}): Files {
	const locks = createFileLocks(options.lock);
	return {
		read: async (path) => read(path, path),
		async update(path, edit) {
			const target = resolveWritable(path);
			// Hidden, and named after the real file, so that all of its names share one lock.
			const lock = await locks.acquire(join(dirname(target), `.${basename(target)}.lock`)).catch((error) => {
				throw toWriteError(error, path);
			});
			try {
				removeLeftovers(lock, target);
				const current = read(target, path);
				const next = edit(current);
				if (next === null || Buffer.compare(next, current) === 0) return 'unchanged';
				await replace(target, next, lock).catch((error) => Promise.reject(toWriteError(error, path)));
				return 'written';
			} finally {
				lock.release();
			}
		},
		async write(path, content) {
			try {
				await mkdir(dirname(path), { recursive: true });
				await replace(path, content, null);
			} catch (error) {
				throw asWriteFailed(toWriteError(error, path));
			}
		},
	};
}

/** Synchronous, as all calls here that don't wait for the disk: the way through the thread pool costs more than the call. */
function read(path: string, shownPath: string): Uint8Array {
	try {
		inspect(path, shownPath);
		return readFileSync(path);
	} catch (error) {
		throw toReadError(error, shownPath);
	}
}

/** Reading from a pipe or a device could wait for ever, so only regular files are read. */
function inspect(path: string, shownPath: string): Stats {
	const found = statSync(path);
	if (found.isDirectory()) throw createNotAFileError(shownPath, 'it is a folder');
	if (!found.isFile()) throw createNotAFileError(shownPath, 'it is a pipe, a socket or a device');
	if (hasBits(found, 0o444)) return found;
	throw Object.assign(new Error('no read permission'), { code: 'EACCES' });
}

/** The real path of a file that may be replaced. */
function resolveWritable(path: string): string {
	let target: string;
	let found: Stats;
	try {
		target = realpathSync(path);
		found = inspect(target, path);
	} catch (error) {
		throw toReadError(error, path);
	}
	if (!hasBits(found, 0o222)) throw createReadOnlyError(path, 'file', found.mode);
	try {
		const folder = statSync(dirname(target));
		if (!hasBits(folder, 0o222)) throw createReadOnlyError(path, 'folder', folder.mode);
		accessSync(target, constants.W_OK);
	} catch (error) {
		throw toWriteError(error, path);
	}
	return target;
}

/** Windows has no such bits; Node makes them up there. */
const hasBits = (found: Stats, bits: number): boolean => process.platform === 'win32' || (found.mode & bits) !== 0;

/** Temporary files are removed on every way out but `kill -9`; those are found through the lock that the victim held. */
function removeLeftovers(lock: FileLock, target: string): void {
	if (lock.leftover === null) return;
	const { notes, sinceMs } = lock.leftover;
	const folder = dirname(target);
	for (const name of readdirSync(folder)) {
		if (!isTemporaryName(name, basename(target))) continue;
		const path = join(folder, name);
		if (notes.includes(name) || isEmptySince(path, sinceMs)) removeQuietly(path);
	}
	lock.clearNotes();
}

/** The names that write-file-atomic gives: the file's own, a point, and 32 bits in decimal. */
const isTemporaryName = (name: string, target: string): boolean =>
	name.startsWith(`${target}.`) && /^\d{1,10}$/.test(name.slice(target.length + 1));

/** A file that the victim had made but not yet noted. */
function isEmptySince(path: string, sinceMs: number): boolean {
	const found = statSync(path, { throwIfNoEntry: false });
	return found?.isFile() === true && found.size === 0 && found.ctimeMs >= sinceMs;
}

async function replace(path: string, content: Uint8Array | string, lock: FileLock | null): Promise<void> {
	// write-file-atomic does not look at how much its one write took, and a disk that is nearly full takes a part: it would put
	// half a file in place. So the content is written here, by a call that writes all or throws; the package does the rest
	// (name, mode, owner, fsync, rename, removal on failure and on signals).
	await writeFileAtomic(path, '', {
		tmpfileCreated: async (temporary) => {
			lock?.note(basename(temporary));
			await writeFile(temporary, content, { flag: 'r+' });
		},
	});
	if (lock !== null) await syncFolder(dirname(path));
}

/** Makes the rename itself durable. */
async function syncFolder(path: string): Promise<void> {
	try {
		const folder = await open(path, 'r');
		await folder.sync().finally(() => folder.close());
	} catch {
		// Some file systems can't; the file is in place and whole all the same.
	}
}

/** {@link Files.write} knows one error: whoever calls it has no file of the user to protect. */
const asWriteFailed = (error: AppError): AppError =>
	error.code === 'FILE_WRITE_FAILED'
		? error
		: new AppError('FILE_WRITE_FAILED', error.message, { cause: error.cause, data: error.data });
