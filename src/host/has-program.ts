import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * Looks for a program.
 *
 * @param path - Value of PATH.
 * @returns True when a file of this name that we may execute stands in one of the folders, or at `name` when it holds a slash.
 */
export async function hasProgram(name: string, path: string): Promise<boolean> {
	const candidates = name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder || '.', name));
	const found = await Promise.all(
		candidates.map((candidate) =>
			access(candidate, constants.X_OK).then(
				() => true,
				() => false,
			),
		),
	);
	return found.includes(true);
}
