import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../core/errors.ts';

/**
 * Finds the templates, which ship beside the program: one folder up from the bundle, two from the sources.
 *
 * @throws {AppError} `BROKEN_INVARIANT`: the installation is not whole.
 */
export async function findTemplates(): Promise<string> {
	let folder = dirname(fileURLToPath(import.meta.url));
	for (let level = 0; level < 5; level += 1) {
		const candidate = join(folder, 'templates');
		const isThere = await access(join(candidate, 'minimal.md')).then(
			() => true,
			() => false,
		);
		if (isThere) return candidate;
		folder = dirname(folder);
	}
	throw new AppError('BROKEN_INVARIANT', 'The templates of this installation are missing');
}
