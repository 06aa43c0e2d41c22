import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.ts';
import type { PageAssets } from '../../report/html/assemble-page.ts';

/**
 * Reads the built program and style of the report's page, which ship beside this program.
 *
 * @throws {AppError} `BROKEN_INVARIANT`: they are missing.
 */
export async function readPageAssets(): Promise<PageAssets> {
	let folder = dirname(fileURLToPath(import.meta.url));
	for (let level = 0; level < 3; level += 1) {
		const text = await readFile(join(folder, 'page.json'), 'utf8').catch(() => null);
		if (text !== null) return JSON.parse(text) as PageAssets;
		folder = dirname(folder);
	}
	throw new AppError('BROKEN_INVARIANT', 'The page of this installation is missing');
}
