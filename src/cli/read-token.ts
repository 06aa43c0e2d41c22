import { AppError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';

/**
 * Finds the token for an executor: the file that was named, else the environment.
 *
 * @param path - `null`: no file was named.
 * @param fromEnv - Value of `VERIFY_TOKEN`.
 * @returns `null` when there is none.
 * @throws {AppError} `CONFIG_INVALID` (the file is empty), `FILE_MISSING`, `FILE_UNREADABLE`.
 */
export async function readToken(
	path: string | null,
	fromEnv: string | undefined,
	files: Files,
): Promise<string | null> {
	if (path === null) return fromEnv || null;
	const token = new TextDecoder().decode(await files.read(path)).trim();
	if (token !== '') return token;
	throw new AppError('CONFIG_INVALID', `Cannot use the token of ${path}: the file is empty`, {
		advice: 'Put the token of the executor into it, on one line',
	});
}
