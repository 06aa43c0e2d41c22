/** Both are part of every JavaScript host, but of no ECMAScript library that this room compiles with. */
const { TextDecoder, TextEncoder } = globalThis as unknown as {
	readonly TextDecoder: new (
		label: 'utf-8',
		options: { readonly fatal: true; readonly ignoreBOM: true },
	) => { decode(bytes: Uint8Array): string };
	readonly TextEncoder: new () => { encode(text: string): Uint8Array };
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Reads UTF-8 as it stands, a byte order mark among it.
 *
 * @returns `null` when the bytes are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string | null {
	try {
		return decoder.decode(bytes);
	} catch {
		return null;
	}
}

/** @returns The bytes of a text; halves of surrogate pairs become U+FFFD. */
export const encodeUtf8 = (text: string): Uint8Array => encoder.encode(text);
