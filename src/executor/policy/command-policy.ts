import * as v from 'valibot';
import { AppError } from '../../core/errors.ts';

/** Which commands may run; rules are words that a command begins with. */
export interface CommandPolicy {
	/** At least one of them fits each command; default `**`, everything. */
	readonly allow: readonly string[];
	/** None of them fits any command. */
	readonly deny: readonly string[];
	/** Variables that clients and scripts may set, such as `CI_*`, beside those in lower case. */
	readonly env: readonly string[];
	/** Output may be sent to files. */
	readonly writes: boolean;
	/** Shells that clients may name, beside the executor's own. */
	readonly shells: readonly string[];
}

const rule = v.pipe(v.string(), v.trim(), v.nonEmpty('is empty'));
const SHAPE = v.strictObject({
	allow: v.optional(v.array(rule), ['**']),
	deny: v.optional(v.array(rule), []),
	env: v.optional(v.array(v.pipe(v.string(), v.regex(/^[\w*]+$/, 'is not the name of a variable'))), []),
	writes: v.optional(v.boolean(), false),
	shells: v.optional(v.array(v.picklist(['sh', 'bash', 'dash'])), ['sh', 'bash', 'dash']),
});

/**
 * Reads a policy file.
 *
 * @param path - For messages.
 * @throws {AppError} `CONFIG_INVALID`: not JSON, an unknown key, a rule that is none.
 */
export function readCommandPolicy(text: string, path: string): CommandPolicy {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw invalid(path, `it is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
	}
	if (Array.isArray(value)) throw invalid(path, 'it is not an object');
	const read = v.safeParse(SHAPE, value);
	if (read.success) return read.output;
	const issue = read.issues[0];
	throw invalid(path, `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}

/** The policy of `ALLOWED_COMMANDS`: names of commands, separated by commas. */
export const policyOfNames = (names: readonly string[]): CommandPolicy => ({
	...v.parse(SHAPE, { allow: names }),
	// The first executor judged names alone: prompts written for it set variables and write files.
	env: ['*'],
	writes: true,
});

const invalid = (path: string, reason: string, cause?: unknown): AppError =>
	new AppError('CONFIG_INVALID', `Cannot use the policy ${path}: ${reason}`, {
		...(cause === undefined ? {} : { cause }),
		advice: 'See docs/security.md for what a policy holds',
	});
