import { randomInt } from 'node:crypto';
import { accessSync, constants, realpathSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { Files, UpdateResult } from '../core/ports.ts';
import { createReadOnlyError, toReadError, toWriteError } from './file-errors.ts';
import { createFileLocks, type FileLock, type FileLockOptions } from './file-lock.ts';
import { makeFolders } from './make-folders.ts';
import { hasBits, inspectPlainFile, plainFiles, readPlainFile } from './plain-file.ts';
import { removeQuietly } from './remove-quietly.ts';
import { replaceFile } from './replace-file.ts';
import { syncFolder } from './sync-folder.ts';
import { writeBlocks } from './write-blocks.ts';

type Content = Parameters<Files['write']>[1];

/**
 * Makes the port {@link Files} over the real file system. Permission bits hold for root too.
 *
 * @param options - `lock`: see {@link FileLockOptions}.
 */
export function createNodeFiles(options: { readonly lock?: FileLockOptions } = {}): Files {
	const locks = createFileLocks(options.lock);
	return {
		...plainFiles,
		async update(path, edit) {
			const target = resolveWritable(path);
			// Hidden, and named after the real file, so that all of its names share one lock.
			const lock = await locks.acquire(join(dirname(target), `.${basename(target)}.lock`)).catch((error) => {
				throw toWriteError(error, path);
			});
			try {
				removeLeftovers(lock, target);
				return await editUntilAtRest(target, edit, { lock, shownPath: path });
			} finally {
				lock.release();
			}
		},
		async write(path, content) {
			try {
				makeFolders(dirname(path));
				const target = followLinks(path);
				await replaceFile(target, writerOf(content), { temporary: besideOf(target, temporaryNameOf(target)) });
			} catch (error) {
				throw asWriteFailed(toWriteError(error, path));
			}
		},
	};
}

/** The real path of a file that may be replaced. */
function resolveWritable(path: string): string {
	let target: string;
	let found: Stats;
	try {
		target = realpathSync.native(path);
		found = inspectPlainFile(target, path);
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

/** The real path of a file that may not be there yet. */
function followLinks(path: string): string {
	try {
		return realpathSync.native(path);
	} catch {
		return path;
	}
}

/** Temporary files are removed on every way out but `kill -9`; those are found through the lock that the victim held. */
function removeLeftovers(lock: FileLock, target: string): void {
	if (lock.leftover === null) return;
	for (const name of lock.leftover.notes) {
		if (isTemporaryName(name, basename(target))) removeQuietly(join(dirname(target), name));
	}
	lock.clearNotes();
}

/** The file's own name, a point, and 32 bits in decimal. */
const temporaryNameOf = (target: string): string => `${basename(target)}.${randomInt(2 ** 32)}`;

const isTemporaryName = (name: string, target: string): boolean =>
	name.startsWith(`${target}.`) && /^\d{1,10}$/.test(name.slice(target.length + 1));

/** How often a file may change under our hands. */
const MOST_EDITS = 20;

/**
 * Editors know nothing of our lock. What one of them saves while the new text is on its way to the disk is not overwritten: it is what
 * gets edited then.
 *
 * @param target - Real.
 */
async function editUntilAtRest(
	target: string,
	edit: Parameters<Files['update']>[1],
	{ lock, shownPath }: { readonly lock: FileLock; readonly shownPath: string },
): Promise<UpdateResult> {
	for (let edits = 0; edits < MOST_EDITS; edits += 1) {
		const current = readPlainFile(target, shownPath);
		const next = edit(current);
		if (next === null || Buffer.compare(next, current) === 0) return 'unchanged';
		const isWanted = (): boolean => Buffer.compare(readPlainFile(target, shownPath), current) === 0;
		const name = temporaryNameOf(target);
		try {
			// Before it is made: so whoever inherits the lock finds it, wherever this process is killed.
			lock.note(name);
			if (!(await replaceFile(target, writerOf(next), { temporary: besideOf(target, name), isWanted }))) continue;
			await syncFolder(dirname(target));
			return 'written';
		} catch (error) {
			throw toWriteError(error, shownPath);
		}
	}
	const message = `Cannot write ${shownPath}: something else has written it ${MOST_EDITS} times meanwhile`;
	const advice = 'Find out what writes it, and run again once that has ended';
	throw new AppError('FILE_WRITE_FAILED', message, { data: { path: shownPath }, advice });
}

const besideOf = (target: string, name: string): string => join(dirname(target), name);

const writerOf =
	(content: Content) =>
	(fd: number, temporary: string): void | Promise<void> =>
		isWhole(content) ? writeFileSync(fd, content) : writeBlocks(temporary, content);

const isWhole = (content: Content): content is Uint8Array | string =>
	typeof content === 'string' || content instanceof Uint8Array;

/** {@link Files.write} knows one error: whoever calls it has no file of the user to protect. */
const asWriteFailed = (error: AppError): AppError =>
	error.code === 'FILE_WRITE_FAILED'
		? error
		: new AppError('FILE_WRITE_FAILED', error.message, { cause: error.cause, data: error.data });
