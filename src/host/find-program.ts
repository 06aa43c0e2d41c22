import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Where a program is, as `execvp` would find it. */
export interface ProgramFinder {
	/**
	 * @param searchPath - `PATH` of whoever starts it.
	 * @returns The first file of that name in `searchPath` that may be executed; `name` itself where it has a slash, where there is no such
	 * file, or where that depends on the working directory.
	 */
	find(name: string, searchPath: string): string;
	/** What is remembered of a program was wrong, or may be. */
	forget(name: string, searchPath: string): void;
}

/** Remembers what it found: each folder of a `PATH` that lacks the program costs a call of `execve` that fails, some 50 µs. */
export function createProgramFinder(): ProgramFinder {
	const found = new Map<string, string>();
	const keyOf = (name: string, searchPath: string): string => `${name}\0${searchPath}`;
	return {
		find(name, searchPath) {
			if (name.includes('/')) return name;
			const key = keyOf(name, searchPath);
			const known = found.get(key);
			if (known !== undefined) return known;
			const path = search(name, searchPath);
			found.set(key, path);
			return path;
		},
		forget: (name, searchPath) => void found.delete(keyOf(name, searchPath)),
	};
}

function search(name: string, searchPath: string): string {
	for (const folder of searchPath.split(':')) {
		if (!isAbsolute(folder)) return name;
		const path = join(folder, name);
		if (mayRun(path)) return path;
	}
	return name;
}

function mayRun(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}
