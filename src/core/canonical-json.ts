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
 * @param known - Canonical texts of objects and arrays that stand in `value`: what many values share is written once.
 * @throws {TypeError} The value holds what has no canonical form: a number that is not finite, half of a surrogate pair, `undefined`.
 * @see RFC 8785
 */
export function formatCanonicalJson(value: JsonValue, known?: ReadonlyMap<JsonValue, string>): string {
	if (value === null || typeof value === 'boolean') return String(value);
	if (typeof value === 'number') return formatNumber(value);
	if (typeof value === 'string') return formatString(value);
	const text = known?.get(value);
	if (text !== undefined) return text;
	if (isArray(value)) return `[${value.map((item) => formatCanonicalJson(item, known)).join(',')}]`;
	if (typeof value !== 'object') throw new TypeError(`No canonical JSON for ${typeof value}`);
	return formatObject(value, known);
}

function formatObject(value: { readonly [name: string]: JsonValue }, known?: ReadonlyMap<JsonValue, string>): string {
	let text = '{';
	for (const name of sortNames(Object.keys(value))) {
		if (text !== '{') text += ',';
		text += `${formatString(name)}:${formatCanonicalJson(value[name] as JsonValue, known)}`;
	}
	return `${text}}`;
}

/** RFC 8785 §3.2.3: by UTF-16 code units, which is how JavaScript compares strings. */
function sortNames(names: string[]): readonly string[] {
	// Who writes much writes objects whose names are in order, and sorting costs more than to see that.
	const isSorted = names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
	return isSorted ? names : names.sort();
}

const isArray: (value: JsonValue) => value is readonly JsonValue[] = Array.isArray;

/** RFC 8785 §3.2.2.3: as ECMAScript writes it. */
function formatNumber(value: number): string {
	if (!Number.isFinite(value)) throw new TypeError(`No canonical JSON for ${value}`);
	return JSON.stringify(value);
}

/** RFC 8785 §3.2.2.2: as ECMAScript writes it, and no halves of surrogate pairs. */
function formatString(value: string): string {
	if (!value.isWellFormed()) throw new TypeError('No canonical JSON for half of a surrogate pair');
	return JSON.stringify(value);
}
