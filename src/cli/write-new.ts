import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../core/errors.ts';
import { toWriteError } from '../host/file-errors.ts';
import { makeFolders } from '../host/make-folders.ts';

/**
 * Writes a file that is not there yet, and the folders above it.
 *
 * @param advice - What to do when the file exists, and when the system refuses.
 * @throws {AppError} `FILE_EXISTS`: it is there, and stays as it is. `FILE_WRITE_FAILED`: the system refused.
 */
export async function writeNew(
	path: string,
	text: string,
	advice: { readonly exists: string; readonly refused: string },
): Promise<void> {
	try {
		makeFolders(dirname(path));
		await writeFile(path, text, { flag: 'wx' });
	} catch (cause) {
		const { code, syscall } = cause as NodeJS.ErrnoException;
		if (code === 'EEXIST' && syscall === 'open') {
			throw new AppError('FILE_EXISTS', `Cannot write ${path}: the file exists`, { cause, advice: advice.exists });
		}
		const message =
			code === 'EEXIST' ? `Cannot write ${path}: ${dirname(path)} is no folder` : toWriteError(cause, path).message;
		throw new AppError('FILE_WRITE_FAILED', message, { cause, advice: advice.refused });
	}
}
