import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.ts';
import type { PageAssets } from '../../report/html/assemble-page.ts';

/**
 * Reads the built program and style of the report's page, which ship beside this program.
 *
 * @throws {AppError} `BROKEN_INVARIANT`: they are missing.
 */
export function readPageAssets(): PageAssets {
	let folder = dirname(fileURLToPath(import.meta.url));
	for (let level = 0; level < 3; level += 1) {
		const text = readIfThere(join(folder, 'page.json'));
		if (text !== null) return JSON.parse(text) as PageAssets;
		folder = dirname(folder);
	}
	throw new AppError('BROKEN_INVARIANT', 'The page of this installation is missing');
}

function readIfThere(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}
