/** What JSON can hold. */
export type JsonValue =
	| null
	| boolean
	| number
	| string
	| readonly JsonValue[]
	| { readonly [name: string]: JsonValue };

/**
 * Writes JSON in its canonical form: equal values give equal texts, so that they can be hashed and signed.
 *
 * @throws {TypeError} The value holds what has no canonical form: a number that is not finite, half of a surrogate pair, `undefined`.
 * @see RFC 8785
 */
export function formatCanonicalJson(value: JsonValue): string {
	if (value === null || typeof value === 'boolean') return String(value);
	if (typeof value === 'number') return formatNumber(value);
	if (typeof value === 'string') return formatString(value);
	if (isArray(value)) return `[${value.map(formatCanonicalJson).join(',')}]`;
	if (typeof value !== 'object') throw new TypeError(`No canonical JSON for ${typeof value}`);
	// RFC 8785 §3.2.3: by UTF-16 code units, which is how JavaScript compares strings.
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${members.map(([name, member]) => `${formatString(name)}:${formatCanonicalJson(member)}`).join(',')}}`;
}

const isArray: (value: JsonValue) => value is readonly JsonValue[] = Array.isArray;

/** RFC 8785 §3.2.2.3: as ECMAScript writes it. */
function formatNumber(value: number): string {
	if (!Number.isFinite(value)) throw new TypeError(`No canonical JSON for ${value}`);
	return JSON.stringify(value);
}

/** RFC 8785 §3.2.2.2: as ECMAScript writes it, and no halves of surrogate pairs. */
function formatString(value: string): string {
	// The first test is the cheap one, and settles it for nearly every text.
	if (/[\uD800-\uDFFF]/.test(value) && /\p{Surrogate}/u.test(value))
		throw new TypeError('No canonical JSON for half of a surrogate pair');
	return JSON.stringify(value);
}
