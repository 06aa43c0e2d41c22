import { closeSync, constants, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';

/** Waits for the disk in the thread pool: what an open file holds survives a loss of power afterwards. */
export const syncDescriptor = promisify(fsync);

const running = new Map<string, Promise<void>>();
const waiting = new Map<string, Promise<void>>();

/**
 * Makes the names in a folder durable, as after a rename. Some file systems can't; what is in the files is safe all the same.
 *
 * Whoever asks while the folder is being synced shares the next sync with all others who did.
 */
export function syncFolder(path: string): Promise<void> {
	const now = running.get(path);
	if (now === undefined) return start(path);
	// What was renamed since that one began may not be part of it.
	const next = waiting.get(path) ?? now.then(() => start(path));
	waiting.set(path, next);
	return next;
}

function start(path: string): Promise<void> {
	waiting.delete(path);
	const sync = syncQuietly(path).finally(() => running.delete(path));
	running.set(path, sync);
	return sync;
}

async function syncQuietly(path: string): Promise<void> {
	try {
		const fd = openSync(path, constants.O_RDONLY);
		await syncDescriptor(fd).finally(() => closeSync(fd));
	} catch {
		// Windows opens no folders, and some network file systems sync none.
	}
}
