import { type AuditFinding, finding } from './audit-finding.ts';

/** A key that a team trusts, as `.ledger/keys.json` lists it. */
export interface TrustedKey {
	/** Ed25519, the 32 raw bytes in base64url without padding. */
	readonly key: string;
	/** Whose it is, for people. */
	readonly name: string;
	/** Milliseconds since the Unix epoch; executions that ended outside do not count as signed by it. */
	readonly notBeforeMs: number;
	readonly notAfterMs: number;
}

/** File name of the list, beside the ledgers. */
export const KEYS_FILE = 'keys.json';

/**
 * Reads a list of trusted keys: `{"keys":[{"key":"…","name":"…","notBefore":"2026-01-01","notAfter":"2026-12-31"}]}`.
 *
 * @returns The keys, or what is wrong: a list that can't be read trusts nobody.
 */
export function parseTrustedKeys(text: string): {
	readonly keys: readonly TrustedKey[];
	readonly findings: readonly AuditFinding[];
} {
	try {
		const list: unknown = JSON.parse(text);
		if (!isObject(list) || !Array.isArray(list.keys)) throw new Error('it has no list "keys"');
		return { keys: list.keys.map(parseKey), findings: [] };
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		return {
			keys: [],
			findings: [
				finding(
					'keys-unreadable',
					{ file: KEYS_FILE, line: 1 },
					`The list of trusted keys can't be read: ${why}`,
					'Correct it, or remove it to trust every executor',
				),
			],
		};
	}
}

function parseKey(entry: unknown, index: number): TrustedKey {
	const wrong = (what: string): Error => new Error(`entry ${index + 1}: ${what}`);
	if (!isObject(entry)) throw wrong('it is no object');
	const { key, name, notBefore, notAfter } = entry;
	if (typeof key !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(key))
		throw wrong('"key" is not 43 characters of base64url');
	if (typeof name !== 'string' || name.trim() === '') throw wrong('"name" is missing');
	return {
		key,
		name,
		notBeforeMs: notBefore === undefined ? Number.NEGATIVE_INFINITY : parseMoment(notBefore, 'T00:00:00.000Z', wrong),
		notAfterMs: notAfter === undefined ? Number.POSITIVE_INFINITY : parseMoment(notAfter, 'T23:59:59.999Z', wrong),
	};
}

/** A day means the whole of it, in UTC. */
function parseMoment(value: unknown, ofDay: string, wrong: (what: string) => Error): number {
	const ms =
		typeof value === 'string' ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(value) ? value + ofDay : value) : Number.NaN;
	if (Number.isNaN(ms)) throw wrong('a date is neither YYYY-MM-DD nor a moment of ISO 8601');
	return ms;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
