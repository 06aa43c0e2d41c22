import { type AppError, ERRORS } from '../core/errors.ts';
import type { Io } from './io.ts';

/**
 * Prints errors on stderr, one line each and one for what to do next.
 *
 * @returns The exit code of the first; 0 when there are none.
 */
export function reportErrors(errors: readonly AppError[], io: Io): number {
	for (const error of errors) {
		io.err(`verify: ${error.message} [${error.code}]`);
		if (error.advice !== undefined) io.err(`  next: ${error.advice}`);
	}
	const [first] = errors;
	return first ? ERRORS[first.code].exit : 0;
}
