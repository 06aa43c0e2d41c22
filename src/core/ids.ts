import type { Clock, Random } from './ports.ts';

declare const runId: unique symbol;
declare const executionId: unique symbol;
declare const marker: unique symbol;

/** Names one execution of `verify`: a UUIDv7 in lower case. */
export type RunId = string & { readonly [runId]: true };

/** Names one command run by an executor: a UUIDv7 in lower case when we made it, any non-empty string from other clients. */
export type ExecutionId = string & { readonly [executionId]: true };

/** `MARKER_<step>_<unix seconds>_<26 chars of Crockford base32>`; only `[A-Za-z0-9_]`, at most 110 characters. */
export type Marker = string & { readonly [marker]: true };

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RUN_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MARKER_SHAPE = /^MARKER_[A-Za-z0-9_]{1,64}_[0-9]{1,12}_[0-9A-HJKMNP-TV-Z]{26}$/;

/**
 * Makes a UUID of version 7: 48 bits of Unix milliseconds, then 74 random bits.
 *
 * @returns 36 characters in lower case; ids of one clock sort by time.
 * @see RFC 9562 §5.7
 */
export function createUuidV7(clock: Clock, random: Random): string {
	const bytes = random.bytes(16);
	let rest = Math.floor(clock.nowMs());
	for (let index = 5; index >= 0; index -= 1) {
		bytes[index] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Makes the id of a run. */
export const createRunId = (clock: Clock, random: Random): RunId => createUuidV7(clock, random) as RunId;

/** Tells whether a text is a whole id of a run: a folder or a file of that name is one of ours. */
export const isRunId = (text: string): text is RunId => RUN_SHAPE.test(text);

/** Makes the id of an execution. */
export const createExecutionId = (clock: Clock, random: Random): ExecutionId =>
	createUuidV7(clock, random) as ExecutionId;

/**
 * Makes the marker of one execution: 130 random bits that nobody can guess before it is printed.
 *
 * @param stepName - Any text; every run of other characters than letters and digits becomes `_`, cut to 40.
 */
export function createMarker(stepName: string, clock: Clock, random: Random): Marker {
	const step = stepName
		.replace(/[^A-Za-z0-9]+/g, '_')
		.replace(/^_+|_+$/g, '')
		.slice(0, 40);
	const secret = Array.from(random.bytes(26), (byte) => CROCKFORD[byte % 32]).join('');
	return `MARKER_${step || 'step'}_${Math.floor(clock.nowMs() / 1000)}_${secret}` as Marker;
}

/**
 * Tells whether a text is a whole marker of ours, so that it may stand in a search pattern.
 *
 * @returns False for anything with a character outside `[A-Za-z0-9_]`.
 */
export const isMarker = (text: string): text is Marker => MARKER_SHAPE.test(text);
