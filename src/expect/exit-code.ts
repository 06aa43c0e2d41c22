import { NON_ZERO_EXIT_CODES } from './expectation.ts';
import type { Mismatch, Observed } from './verdict.ts';

/**
 * Names the exit codes that pass: `exit code 0`, `exit code 1 or 2`, `non-zero exit code`.
 */
export function describeExitCodes(exitCodes: readonly number[]): string {
	if (String(exitCodes) === String(NON_ZERO_EXIT_CODES)) return 'non-zero exit code';
	return `exit code ${exitCodes.join(' or ')}`;
}

/**
 * Compares an end with the exit codes that pass. An end by a signal has no exit code and never passes.
 *
 * @returns `null` when it passes.
 */
export function exitCodeMismatch(exitCodes: readonly number[], { exitCode, signal }: Observed): Mismatch | null {
	if (exitCode !== null && exitCodes.includes(exitCode)) return null;
	const expected = describeExitCodes(exitCodes);
	const meaning = exitCode === null ? null : meaningOf(exitCode);
	const actual = exitCode === null ? `Ended by ${signal ?? 'a signal'}` : `Exit code ${exitCode}`;
	return {
		matcher: expected,
		message: `${actual}${meaning === null ? '' : ` (${meaning})`}, expected ${expected}`,
		firstDifference: null,
		diff: [],
		hints: [],
	};
}

/** What shells mean by their codes (POSIX.1-2024, Shell Command Language §2.8.2). */
function meaningOf(exitCode: number): string | null {
	if (exitCode === 126) return 'the command was found but is not executable';
	if (exitCode === 127) return 'command not found';
	if (exitCode > 128 && exitCode <= 128 + 64) return `a command was ended by signal ${exitCode - 128}`;
	return null;
}
