import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those that lead to it, where they are missing.
 *
 * One level at a time: Node's own `recursive` tries again for ever where a folder is there and nothing can be made in it, as in `/proc`.
 *
 * @param mode - Of the folders that are made; default: as the umask has it.
 * @throws What the file system says; `EEXIST` or `ENOTDIR` where a file stands in the way.
 */
export function makeFolders(path: string, mode = 0o777): void {
	try {
		makeFolder(path, mode);
	} catch (error) {
		const parent = dirname(path);
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path || isFolder(parent)) throw error;
		makeFolders(parent, mode);
		makeFolder(path, mode);
	}
}

function makeFolder(path: string, mode: number): void {
	try {
		mkdirSync(path, { mode });
	} catch (error) {
		if (!isFolder(path)) throw error;
	}
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
