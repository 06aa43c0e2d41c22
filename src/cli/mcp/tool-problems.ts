import type { AppError } from '../../core/errors.ts';

/** Errors of single prompts, beside what was found of the others. */
export const toProblems = (errors: readonly AppError[]): { code: string; message: string; advice: string | null }[] =>
	errors.map(({ code, message, advice }) => ({ code, message, advice: advice ?? null }));

/** Writes the same for a model. */
export const formatProblems = (errors: readonly AppError[]): string[] =>
	errors.flatMap(({ code, message, advice }) => [
		`${message} [${code}]`,
		...(advice === undefined ? [] : [`  next: ${advice}`]),
	]);

/**
 * Where not one prompt could be read there is no result.
 *
 * @throws {AppError} The first of the errors.
 */
export function throwIfNothing(found: readonly unknown[], [first]: readonly AppError[]): void {
	if (found.length === 0 && first !== undefined) throw first;
}
