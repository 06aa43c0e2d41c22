import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes an empty folder for one test.
 *
 * @returns Its real path; leaving the scope of an `await using` removes it with all that is in it.
 */
export async function createTempFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
	const path = await realpath(await mkdtemp(join(tmpdir(), 'tenfold-')));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
