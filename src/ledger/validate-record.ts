import { EVIDENCE_LEVELS, type Outcome } from '../core/outcomes.ts';

/** @returns Whether a value is what a member wants; the name of a check says what that is. */
interface Check {
	readonly wants: string;
	readonly isMet: (value: unknown) => boolean;
}

type Shape = Readonly<Record<string, Check>>;

const OUTCOMES: readonly string[] = [
	'passed',
	'failed',
	'flaky',
	'unproven',
	'infra',
	'refused',
	'skipped',
	'aborted',
] satisfies readonly Outcome[];

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);

const text: Check = { wants: 'text', isMet: (value) => typeof value === 'string' };
const count: Check = { wants: 'an integer of 0 or more', isMet: isCount };
const number: Check = { wants: 'a number', isMet: (value) => typeof value === 'number' };
const integer: Check = { wants: 'an integer', isMet: Number.isSafeInteger };
const position: Check = { wants: 'an integer of 1 or more', isMet: (value) => isCount(value) && value !== 0 };
const flag: Check = { wants: 'true or false', isMet: (value) => typeof value === 'boolean' };
const digest: Check = { wants: '64 hex digits', isMet: matches(/^[0-9a-f]{64}$/) };
const time: Check = {
	wants: 'a UTC time with milliseconds',
	isMet: matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
};
const oneOf = (words: readonly string[]): Check => ({
	wants: `one of ${words.join(', ')}`,
	isMet: (value) => typeof value === 'string' && words.includes(value),
});
const orNull = ({ wants, isMet }: Check): Check => ({
	wants: `${wants}, or null`,
	isMet: (value) => value === null || isMet(value),
});
const shaped = (wants: string, shape: Shape): Check => ({
	wants,
	isMet: (value) => isObject(value) && findMisfit(value, shape) === null,
});

const digests: Check = {
	wants: 'hashes in ascending order, each once',
	isMet: (value) =>
		Array.isArray(value) &&
		value.every((hash, index) => digest.isMet(hash) && (index === 0 || value[index - 1] < hash)),
};
const lines: Check = {
	wants: 'two line numbers',
	isMet: (value) => Array.isArray(value) && value.length === 2 && value.every(position.isMet),
};
const counts = shaped('counts of success and failure', { success: count, failure: count });
const step = shaped('a step', { number: position, name: text, digest });
const evidence = oneOf(EVIDENCE_LEVELS);
const attestation = shaped('an attestation', {
	algorithm: text,
	public_key: text,
	signature: text,
	statement: shaped('a statement', {
		v: integer,
		execution_id: text,
		marker: orNull(text),
		subject: orNull(text),
		command_sha256: text,
		exit_code: orNull(integer),
		signal: orNull(text),
		output_sha256: text,
		bytes: count,
		dropped_bytes: count,
		started_at: number,
		ended_at: number,
	}),
});

/** Of every record, in every version: so that a chain can be followed through records of the future. */
const LINK: Shape = { v: integer, kind: text, at: time, prev: digests, hash: digest };

const ATTEMPT: Shape = { run: text, execution: text, marker: text, step, attempt: position, command_sha256: digest };

const KINDS: Readonly<Record<string, Shape>> = {
	adopt: { ledger: text, prompt: text, counts },
	intent: { ...ATTEMPT, writer: shaped('a process', { host: text, pid: count, started: text }) },
	result: {
		...ATTEMPT,
		outcome: oneOf(OUTCOMES),
		reason: orNull(text),
		evidence,
		evidence_needed: evidence,
		count: oneOf(['step', 'run']),
		exit_code: orNull(integer),
		signal: orNull(text),
		duration_ms: number,
		output_sha256: orNull(digest),
		bytes: count,
		environment_sha256: digest,
		excerpt: text,
		executor: oneOf(['embedded', 'remote']),
		attestation: orNull(attestation),
	},
	lost: { run: text, execution: text, detail: text },
	settled: { run: text, added: counts, counts, complete: flag },
	confirmed: { run: text, agent: text, session: text, tool_use: text, transcript: text, lines, evidence },
	accept: { run: text, step, digest_after: digest },
	fix: { run: orNull(text), summary: text },
	recovery: { run: orNull(text), summary: text },
	rename: { from: text, to: text },
};

/** Checks what ties a record to others, whatever its version. @returns What is wrong with it; `null` for nothing. */
export const validateLink = (value: Readonly<Record<string, unknown>>): string | null => findMisfit(value, LINK);

/** Checks what a record of version 1 says; members that are not known are left alone. @returns What is wrong; `null` for nothing. */
export const validateBody = (value: Readonly<Record<string, unknown>>): string | null =>
	findMisfit(value, KINDS[String(value.kind)] ?? {});

/** @returns False for a kind that a later version added. */
export const isKnownKind = (kind: unknown): boolean => typeof kind === 'string' && Object.hasOwn(KINDS, kind);

/** Tells objects from everything else. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function findMisfit(value: Readonly<Record<string, unknown>>, shape: Shape): string | null {
	for (const [name, check] of Object.entries(shape)) {
		if (!Object.hasOwn(value, name)) return `its member ${name} is missing`;
		if (!check.isMet(value[name])) return `its member ${name} is not ${check.wants}`;
	}
	return null;
}
