const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map(
	[...LETTERS]
		.map((letter, value): readonly [string, number] => [letter, value])
		.concat([
			['-', 62],
			['_', 63],
		]),
);

/** Writes bytes in base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
	let text = '';
	for (let index = 0; index < bytes.length; index += 3) {
		const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3);
		const group = (a << 16) | (b << 8) | c;
		const letters = [18, 12, 6, 0].map((shift) => LETTERS.charAt((group >> shift) & 63)).join('');
		const missing = Math.max(0, index + 3 - bytes.length);
		text += letters.slice(0, 4 - missing) + '='.repeat(missing);
	}
	return text;
}

/**
 * Reads base64, the standard letters or those for URLs, with padding or without: DSSE allows both.
 *
 * @returns `null` when it is none, or has bits that no encoder writes.
 */
export function decodeBase64(text: string): Uint8Array | null {
	const letters = text.replace(/={1,2}$/, '');
	if (letters.length % 4 === 1 || (letters.length !== text.length && text.length % 4 !== 0)) return null;
	const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
	let bits = 0;
	let held = 0;
	let written = 0;
	for (const letter of letters) {
		const value = VALUES.get(letter);
		if (value === undefined) return null;
		held = ((held << 6) | value) & 0xffff;
		bits += 6;
		if (bits < 8) continue;
		bits -= 8;
		bytes[written] = (held >> bits) & 0xff;
		written += 1;
	}
	return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/** Writes the standard letters as those for URLs, without padding (RFC 4648 §5). */
export const toBase64Url = (base64: string): string =>
	base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
