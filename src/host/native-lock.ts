import { constants } from 'node:fs';
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import type { FileLock } from './file-lock.ts';

/** What is used of `fs-native-extensions`. */
export interface NativeLocks {
	/** Takes an exclusive lock; the descriptor must be open for writing. */
	tryLock(fd: number): boolean;
}

/**
 * Tries once to lock a file through the kernel, which drops the lock when its holder dies.
 *
 * @returns `null` while somebody else holds it.
 */
export async function tryNativeLock(path: string, native: NativeLocks): Promise<FileLock | null> {
	const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o666);
	try {
		if (native.tryLock(file.fd) && (await isStillThere(file, path))) return await createLock(file, path);
	} catch (error) {
		await file.close();
		throw error;
	}
	await file.close();
	return null;
}

/** The former holder may have removed the file between our open and our lock: then others lock a new one by the same name. */
async function isStillThere(file: FileHandle, path: string): Promise<boolean> {
	const [ours, theirs] = await Promise.all([file.stat(), stat(path).catch(() => null)]);
	return theirs !== null && ours.ino === theirs.ino && ours.dev === theirs.dev;
}

async function createLock(file: FileHandle, path: string): Promise<FileLock> {
	const content = await file.readFile('utf8');
	const { ctimeMs } = await file.stat();
	const lines = content.split('\n').filter((line) => line !== '');
	// Every holder writes its first line at once and removes the file at its end: a line here is of one that was killed.
	const leftover = lines.length === 0 ? null : { notes: lines.slice(1), sinceMs: ctimeMs };
	if (leftover === null) await file.write('locked\n');
	return {
		leftover,
		note: async (line) => {
			await file.write(`${line}\n`);
		},
		clearNotes: async () => {
			await file.truncate(0);
			await file.write('locked\n');
		},
		release: async () => {
			// Removed while held: whoever waits on this file sees that its name is gone, and starts over.
			await unlink(path).catch(() => {});
			await file.close();
		},
	};
}
