import { closeSync, fchmodSync, fchownSync, fstatSync, openSync, renameSync, type Stats, statSync } from 'node:fs';
import { removeQuietly } from './remove-quietly.ts';
import { syncDescriptor } from './sync-folder.ts';
import { removeAtExit } from './temporary-files.ts';

/** How a file is replaced. */
export interface Replacement {
	/** Path of the new file, in the same folder; what stands there is overwritten. It is removed on every way out but `kill -9`. */
	readonly temporary: string;
	/** Asked last, with nothing but a rename to follow. Default: it is. */
	readonly isWanted?: () => boolean;
}

/**
 * Puts a file in the place of another one, or where there was none: at every moment its name leads to the old bytes or the new ones.
 * What it holds is durable then, its name once the folder is synced. Mode and owner are kept. Only the disk is waited for in the thread
 * pool: the way through it costs more than all other calls.
 *
 * @param path - Real: a link would be replaced, not what it leads to.
 * @param fill - Writes the content into an empty file, by its descriptor or its path; all of it, or it throws.
 * @returns False: `isWanted` said no.
 * @throws What the file system, `fill` and `isWanted` throw. Then, and where false is returned, `path` leads to what it led to before.
 */
export async function replaceFile(
	path: string,
	fill: (fd: number, temporary: string) => void | Promise<void>,
	{ temporary, isWanted = () => true }: Replacement,
): Promise<boolean> {
	const former = statSync(path, { throwIfNoEntry: false });
	const release = removeAtExit(temporary);
	let isInPlace = false;
	try {
		const fd = openSync(temporary, 'w', former?.mode ?? 0o666);
		try {
			await fill(fd, temporary);
			if (former !== undefined) keepAccess(fd, former);
			await syncDescriptor(fd);
		} finally {
			closeSync(fd);
		}
		if (!isWanted()) return false;
		renameSync(temporary, path);
		isInPlace = true;
		return true;
	} finally {
		if (!isInPlace) removeQuietly(temporary);
		release();
	}
}

function keepAccess(fd: number, { mode, uid, gid }: Stats): void {
	const made = fstatSync(fd);
	// The owner first: the system takes the bits that lend rights away from a file that changes hands.
	if (made.uid !== uid || made.gid !== gid) allowRefusal(() => fchownSync(fd, uid, gid));
	if (made.mode !== mode || made.uid !== uid || made.gid !== gid) allowRefusal(() => fchmodSync(fd, mode & 0o7777));
}

/** Only root may give files away; and some file systems know neither owners nor modes. */
function allowRefusal(change: () => void): void {
	try {
		change();
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'ENOSYS') return;
		if (process.getuid?.() !== 0 && (code === 'EINVAL' || code === 'EPERM')) return;
		throw error;
	}
}
