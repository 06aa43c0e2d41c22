import { formatCanonicalJson, type JsonValue } from '../core/canonical-json.ts';
import type { LedgerBody, LedgerRecord } from '../core/ledger-records.ts';
import type { Hashes } from '../core/ports.ts';
import { isKnownKind, isObject, validateBody, validateLink } from './validate-record.ts';

/** What a line turned out to be. */
export type ParsedLine =
	| { readonly type: 'record'; readonly record: LedgerRecord }
	/** Unchanged, and of a version or kind that this program does not know. */
	| { readonly type: 'newer'; readonly hash: string; readonly prev: readonly string[] }
	| { readonly type: 'changed'; readonly hash: string }
	| { readonly type: 'broken'; readonly why: string };

/** How a record of each version is read; one that was published stays here for ever. */
const READERS: Readonly<Record<number, (value: Readonly<Record<string, unknown>>) => ParsedLine>> = {
	1: (value) => {
		const misfit = validateBody(value);
		return misfit === null
			? { type: 'record', record: value as unknown as LedgerRecord }
			: { type: 'broken', why: misfit };
	},
};

/**
 * Writes a record as its line.
 *
 * @param link - `at`: UTC with milliseconds. `prev`: hashes of all heads, in any order.
 * @returns Canonical JSON without the newline, and what it says.
 * @throws {TypeError} The body is not as its kind wants it, or has no canonical form.
 */
export function formatRecord(
	body: LedgerBody,
	link: { readonly at: string; readonly prev: readonly string[] },
	hashes: Hashes,
): { readonly line: string; readonly record: LedgerRecord } {
	// Spread last, here and below: V8 makes a new hidden class for each member that follows a spread at the front.
	const content = { v: 1, at: link.at, prev: [...link.prev].sort(), ...body } as const;
	const { before, after } = formatAround('hash', content);
	const hash = hashes.sha256(`{${before}${after}}`);
	const record: LedgerRecord = { hash, ...content };
	const value = record as unknown as Readonly<Record<string, unknown>>;
	const misfit = validateLink(value) ?? (isKnownKind(body.kind) ? validateBody(value) : 'its kind is not known');
	if (misfit !== null) throw new TypeError(`No record of kind ${body.kind}: ${misfit}`);
	return { line: `{${before},"hash":"${hash}"${after}}`, record };
}

/**
 * Writes the members of an object as canonical JSON, in two parts between which one more member belongs: what is hashed differs from the
 * line by that one alone.
 *
 * @returns `after` begins with a comma; `before` is never empty, since every record has `at`.
 */
function formatAround(between: string, content: object): { readonly before: string; readonly after: string } {
	const members = content as Readonly<Record<string, JsonValue>>;
	let before = '';
	let after = '';
	for (const name of Object.keys(members).sort()) {
		const text = `${formatCanonicalJson(name)}:${formatCanonicalJson(members[name] as JsonValue)}`;
		if (name > between) after += `,${text}`;
		else before += before === '' ? text : `,${text}`;
	}
	return { before, after };
}

/**
 * Reads a line.
 *
 * @param line - Without its newline.
 */
export function parseRecord(line: string, hashes: Hashes): ParsedLine {
	let value: unknown;
	try {
		value = JSON.parse(line);
		// Every byte counts: white space, a number written otherwise, a second member of one name are changes too.
		if (!isCanonical(value as JsonValue, line)) return broken('it is JSON, but not in its canonical form');
		if (!isObject(value)) return broken('it is no JSON object');
	} catch {
		return broken(line === '' ? 'it is empty' : 'it is no JSON');
	}
	const misfit = validateLink(value);
	if (misfit !== null) return broken(misfit);
	const { hash, prev, v, kind } = value as { hash: string; prev: readonly string[]; v: number; kind: string };
	// The canonical form without a member is the form without its text, and no other member can hold the same: it would be part of its own hash.
	if (hashes.sha256(line.replace(`"hash":"${hash}",`, '')) !== hash) return { type: 'changed', hash };
	const read = READERS[v];
	if (read !== undefined && isKnownKind(kind)) return read(value);
	return v < 1 ? broken('its version is none') : { type: 'newer', hash, prev };
}

/** Members in order, and all else as the language itself writes it, is the canonical form; what that can't tell is written to compare. */
const isCanonical = (value: JsonValue, line: string): boolean =>
	(JSON.stringify(value) === line && isSorted(value) && !line.includes('\\ud')) || formatCanonicalJson(value) === line;

function isSorted(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return true;
	if (Array.isArray(value)) return value.every(isSorted);
	let last = '';
	for (const [name, member] of Object.entries(value)) {
		if (name < last || !isSorted(member)) return false;
		last = name;
	}
	return true;
}

const broken = (why: string): ParsedLine => ({ type: 'broken', why });
