import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import type { FileLock } from './file-lock.ts';
import { removeQuietly } from './remove-quietly.ts';

/** What is used of `fs-native-extensions`. */
export interface NativeLocks {
	/** Takes an exclusive lock; the descriptor must be open for writing. */
	tryLock(fd: number): boolean;
	/** Gives a lock back that `tryLock` took. */
	unlock(fd: number): void;
}

/**
 * Tries once to lock a file through the kernel, which drops the lock when its holder dies. The calls are synchronous: each takes
 * microseconds, the way through the thread pool ten times that.
 *
 * @returns `null` while somebody else holds it.
 */
export function tryNativeLock(path: string, native: NativeLocks): FileLock | null {
	const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o666);
	let lock: FileLock | null = null;
	try {
		if (native.tryLock(fd) && isStillThere(fd, path)) lock = createLock(fd, path);
		return lock;
	} finally {
		if (lock === null) closeSync(fd);
	}
}

/** The former holder may have removed the file between our open and our lock: then others lock a new one by the same name. */
export function isStillThere(fd: number, path: string): boolean {
	const ours = fstatSync(fd);
	const theirs = statSync(path, { throwIfNoEntry: false });
	return theirs !== undefined && ours.ino === theirs.ino && ours.dev === theirs.dev;
}

/** On a full disk there is room for the file, but for no word in it. */
function mark(fd: number, path: string): void {
	try {
		writeSync(fd, 'locked\n');
	} catch (error) {
		removeQuietly(path);
		throw error;
	}
}

function createLock(fd: number, path: string): FileLock {
	const lines = fstatSync(fd).size === 0 ? [] : readFileSync(fd, 'utf8').split('\n').slice(0, -1);
	// Every holder writes its first line at once and removes the file at its end: a line here is of one that was killed.
	const leftover = lines.length === 0 ? null : { notes: lines.slice(1) };
	if (leftover === null) mark(fd, path);
	let isHeld = true;
	return {
		leftover,
		note: (line) => {
			writeSync(fd, `${line}\n`);
		},
		clearNotes: () => {
			ftruncateSync(fd);
			writeSync(fd, 'locked\n');
		},
		release: () => {
			if (!isHeld) return;
			isHeld = false;
			// Removed while held: whoever waits on this file sees that its name is gone, and starts over.
			removeQuietly(path);
			closeSync(fd);
		},
	};
}
