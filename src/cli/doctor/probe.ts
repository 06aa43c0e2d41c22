import { access, constants, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Whether something can be written into a folder. */
export type Writability =
	| { readonly kind: 'writable' }
	/** It does not exist, and can be made. */
	| { readonly kind: 'absent' }
	| { readonly kind: 'refused'; readonly reason: string };

/** Tries it: makes a folder with a random name inside, and removes it again. Mode bits alone know nothing of full or read-only disks. */
export async function probeFolder(path: string): Promise<Writability> {
	const folder = resolve(path);
	if ((await kindOf(folder)) === 'absent') {
		const parent = await nearestFolder(folder);
		const writability = await probeFolder(parent);
		return writability.kind === 'writable' ? { kind: 'absent' } : writability;
	}
	try {
		await rmdir(await mkdtemp(join(folder, '.verify-doctor-')));
		return { kind: 'writable' };
	} catch (error) {
		return { kind: 'refused', reason: reasonOf(error, folder) };
	}
}

/** As {@link probeFolder}, for a file: nothing is changed. */
export async function probeFile(path: string): Promise<Writability> {
	try {
		await access(path, constants.R_OK | constants.W_OK);
		if ((await stat(path)).isDirectory()) return { kind: 'refused', reason: `${path}: it is a folder` };
		return probeFolder(dirname(path));
	} catch (error) {
		return { kind: 'refused', reason: reasonOf(error, path) };
	}
}

async function nearestFolder(path: string): Promise<string> {
	const parent = dirname(path);
	return parent === path || (await kindOf(parent)) === 'present' ? parent : nearestFolder(parent);
}

const kindOf = (path: string): Promise<'present' | 'absent'> =>
	stat(path).then(
		() => 'present',
		(error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'absent' : 'present'),
	);

const REASONS: Readonly<Record<string, string>> = {
	EACCES: 'this user may not write there',
	EPERM: 'this user may not write there',
	EROFS: 'it is on a read-only disk',
	ENOSPC: 'the disk is full',
	ENOTDIR: 'it is no folder',
	ENOENT: 'it does not exist',
};

function reasonOf(error: unknown, path: string): string {
	const { code = '', message } = error as NodeJS.ErrnoException;
	return `${path}: ${REASONS[code] ?? message}`;
}
