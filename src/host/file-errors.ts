import { AppError, isAppError } from '../core/errors.ts';
import { WRITE_FAILURES } from '../core/write-failures.ts';

const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS']);

/**
 * Turns what the file system said while reading into an error for people.
 *
 * @returns `FILE_MISSING`, `FILE_NOT_A_FILE` or `FILE_UNREADABLE`; an AppError as it is.
 */
export function toReadError(error: unknown, path: string): AppError {
	if (isAppError(error)) return error;
	const code = codeOf(error);
	const details = { cause: error, data: { path, system: code } };
	if (code === 'ENOENT' || code === 'ENOTDIR') {
		return new AppError('FILE_MISSING', `Cannot read ${path}: there is no such file`, {
			...details,
			advice: 'Check the path and the folder you are in',
		});
	}
	if (code === 'EISDIR') return createNotAFileError(path, 'it is a folder');
	if (code === 'EACCES' || code === 'EPERM') {
		return new AppError('FILE_UNREADABLE', `Cannot read ${path}: its permissions forbid it`, {
			...details,
			advice: `Make it readable: chmod u+r ${path}`,
		});
	}
	const why =
		code === 'ELOOP' ? 'its symbolic links lead in a circle' : `the system says ${describeSystemError(error)}`;
	return new AppError('FILE_UNREADABLE', `Cannot read ${path}: ${why}`, details);
}

const SPACE = 'Free some space and run again';
const OTHER_PATH = 'Move that file away, or check the path';
const WRITE_ADVICE: Readonly<Partial<Record<string, string>>> = {
	ENOSPC: SPACE,
	EDQUOT: SPACE,
	ENOENT: 'Check the path',
	ENOTDIR: OTHER_PATH,
	EEXIST: OTHER_PATH,
};

/**
 * Turns what the file system said while writing into an error for people.
 *
 * @returns `FILE_READ_ONLY` or `FILE_WRITE_FAILED`; an AppError as it is.
 */
export function toWriteError(error: unknown, path: string): AppError {
	if (isAppError(error)) return error;
	const code = codeOf(error);
	const details = { cause: error, data: { path, system: code } };
	const why = `Cannot write ${path}: ${WRITE_FAILURES[code] ?? `the system says ${describeSystemError(error)}`}`;
	if (READ_ONLY.has(code)) {
		const advice = 'Make the file and its folder writable, or run with --no-write';
		return new AppError('FILE_READ_ONLY', why, { ...details, advice });
	}
	const advice = WRITE_ADVICE[code];
	return new AppError('FILE_WRITE_FAILED', why, { ...details, ...(advice === undefined ? {} : { advice }) });
}

/** Says that a path leads to something that is not a regular file. */
export const createNotAFileError = (path: string, what: string): AppError =>
	new AppError('FILE_NOT_A_FILE', `Cannot read ${path}: ${what}, a file is wanted`, {
		data: { path },
		advice: `Name the files in it, such as '${path.replace(/\/+$/, '')}/*.md'`,
	});

/** Says that a file or folder carries no permission for this, which holds for root too: who took the bit away meant it. */
export const createReadOnlyError = (path: string, what: 'file' | 'folder', mode: number): AppError =>
	new AppError(
		'FILE_READ_ONLY',
		`Cannot write ${path}: its ${what === 'file' ? 'mode is' : 'folder has mode'} ${(mode & 0o7777).toString(8).padStart(4, '0')}, read-only`,
		{ data: { path, mode: mode & 0o7777 }, advice: 'Make it writable with chmod u+w, or run with --no-write' },
	);

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const describeSystemError = (error: unknown): string =>
	codeOf(error) || (error instanceof Error ? error.message : String(error));
