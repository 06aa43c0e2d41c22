/** A JSON value; integers that a double can't hold exactly are {@link ExactNumber}. */
export type Json = null | boolean | number | string | ExactNumber | Json[] | { [key: string]: Json };

/** An integer as written, such as a 19-digit id, which a double would round to its neighbour. */
export class ExactNumber {
	readonly digits: string;

	constructor(digits: string) {
		this.digits = digits;
	}

	toString(): string {
		return this.digits;
	}
}

/** A parsed text, or why it is no JSON. */
export type ParsedJson = { readonly value: Json } | { readonly reason: string };

const DEPTH_LIMIT = 500;
const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\[\s\S])*"|-?\d[\d.eE+-]*/g;
const MARK = '\u0000exact:';

/**
 * Parses JSON. White space around it and a byte order mark before it are fine.
 *
 * @returns A reason when the text is no JSON or nested deeper than 500 levels. Never throws.
 */
export function parseJson(text: string): ParsedJson {
	const json = text.replace(/^\ufeff/, '');
	try {
		const value = JSON.parse(json) as unknown;
		const exact: unknown = /\d{16}/.test(json) ? JSON.parse(markLongIntegers(json), unmark) : value;
		return isTooDeep(exact, 0) ? { reason: `nested deeper than ${DEPTH_LIMIT} levels` } : { value: exact as Json };
	} catch (error) {
		if (json.trim() === '') return { reason: 'it is empty' };
		return { reason: error instanceof Error ? error.message : String(error) };
	}
}

const markLongIntegers = (json: string): string =>
	json.replace(STRINGS_AND_NUMBERS, (token) => (isExact(token) ? token : `"${MARK.replace('\0', '\\u0000')}${token}"`));

const isExact = (token: string): boolean =>
	token.startsWith('"') || /[.eE]/.test(token) || Number.isSafeInteger(Number(token));

const unmark = (_key: string, value: unknown): unknown =>
	typeof value === 'string' && value.startsWith(MARK) ? new ExactNumber(value.slice(MARK.length)) : value;

function isTooDeep(value: unknown, depth: number): boolean {
	if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
	return depth >= DEPTH_LIMIT || Object.values(value).some((child) => isTooDeep(child, depth + 1));
}

/**
 * Writes a value as JSON on one line.
 */
export function formatJson(value: Json): string {
	if (value instanceof ExactNumber) return value.digits;
	if (Array.isArray(value)) return `[${value.map(formatJson).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${formatJson(member)}`);
	return `{${members.join(',')}}`;
}
