import { AppError, isAppError } from '../core/errors.ts';

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
const NO_FOLDER = [
	'a file stands where one of its folders is wanted',
	'Move that file away, or check the path',
] as const;

/** Why, and what to do next. */
const WRITE_FAILURES: Readonly<Record<string, readonly [why: string, advice?: string]>> = {
	ENOSPC: ['the disk is full', SPACE],
	EDQUOT: ['the disk quota is used up', SPACE],
	ENOENT: ['its folder does not exist (any more)', 'Check the path'],
	ENOTDIR: NO_FOLDER,
	EEXIST: NO_FOLDER,
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
	if (READ_ONLY.has(code)) {
		return new AppError('FILE_READ_ONLY', `Cannot write ${path}: the file, its folder or its disk is read-only`, {
			...details,
			advice: 'Make the file and its folder writable, or run with --no-write',
		});
	}
	const [why, advice] = WRITE_FAILURES[code] ?? [`the system says ${describeSystemError(error)}`];
	return new AppError('FILE_WRITE_FAILED', `Cannot write ${path}: ${why}`, {
		...details,
		...(advice === undefined ? {} : { advice }),
	});
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
