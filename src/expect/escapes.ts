const NAMED: Readonly<Record<string, string>> = {
	'\\': '\\',
	'0': '\0',
	a: '\u0007',
	b: '\b',
	e: '\u001b',
	f: '\f',
	n: '\n',
	r: '\r',
	t: '\t',
	v: '\v',
};
const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\0': '\\x00', '\\': '\\\\' };

// Control characters but LF, no-break and other odd spaces, zero-width and bidirectional marks, byte order mark, lone surrogates.
const INVISIBLE =
	/[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Reads the escapes of an expectation line that ends in ` (esc)`: `\t` `\r` `\n` `\0` `\a` `\b` `\e` `\f` `\v` `\\`, `\xHH` (bytes of
 * UTF-8, as cram writes them), `\uHHHH`, `\u{H…}`.
 *
 * @returns The text meant, or `null` when a backslash stands before anything else.
 */
export function unescapeText(text: string): string | null {
	let isValid = true;
	const meant = text.replace(
		/((?:\\x[0-9a-fA-F]{2})+)|\\u([0-9a-fA-F]{4})|\\u\{([0-9a-fA-F]{1,6})\}|\\([\s\S]?)/g,
		(_, bytes?: string, unit?: string, point?: string, name?: string) => {
			if (bytes !== undefined) return decodeUtf8(bytes.split('\\x').slice(1));
			if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
			if (point !== undefined && Number.parseInt(point, 16) <= 0x10ffff) {
				return String.fromCodePoint(Number.parseInt(point, 16));
			}
			const char = Object.hasOwn(NAMED, name ?? '') ? NAMED[name ?? ''] : undefined;
			isValid &&= char !== undefined;
			return char ?? '';
		},
	);
	return isValid ? meant : null;
}

/** Decodes as the executor does: what is no UTF-8 becomes U+FFFD. */
function decodeUtf8(bytes: readonly string[]): string {
	let text = '';
	for (let index = 0; index < bytes.length; ) {
		const first = Number.parseInt(bytes[index] ?? '0', 16);
		const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
		const char = decodeOne(bytes.slice(index, index + length));
		text += char ?? '\ufffd';
		index += char === null ? 1 : length;
	}
	return text;
}

function decodeOne(bytes: readonly string[]): string | null {
	try {
		return decodeURIComponent(bytes.map((byte) => `%${byte}`).join(''));
	} catch {
		return null;
	}
}

/**
 * Makes characters visible that a terminal would not show, in the notation of ` (esc)` lines: control characters, odd spaces,
 * marks of no width, and a blank at the end of a line. Newlines stay, and so does all other text.
 *
 * @returns Text that reads back with {@link unescapeText}: backslashes are doubled.
 */
export function showInvisible(text: string): string {
	return text
		.split('\n')
		.map((line) =>
			line
				.replace(/\\/g, '\\\\')
				.replace(INVISIBLE, escapeChar)
				.replace(/ +$/, (blanks) => '\\x20'.repeat(blanks.length)),
		)
		.join('\n');
}

function escapeChar(char: string): string {
	const short = SHORT[char];
	if (short !== undefined) return short;
	const code = char.charCodeAt(0);
	return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Tells whether a text holds something that {@link showInvisible} would show otherwise than it is.
 */
export function hasInvisible(text: string): boolean {
	return text.search(INVISIBLE) >= 0 || / (?:\n|$)/.test(text);
}
