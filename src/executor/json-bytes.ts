const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What stands after the backslash, by byte; 0: nothing needs to be escaped, `u`: four hex digits follow. */
const ESCAPES = new Uint8Array(256);
ESCAPES.fill(0x75, 0, 0x20);
for (const [byte, letter] of [
	[0x08, 'b'],
	[0x09, 't'],
	[0x0a, 'n'],
	[0x0c, 'f'],
	[0x0d, 'r'],
	[QUOTE, '"'],
	[BACKSLASH, '\\'],
] as const)
	ESCAPES[byte] = letter.charCodeAt(0);

/** What one byte may become: `\u001f`. */
const LONGEST_ESCAPE = 6;
/** The last word of a text is written whole, wherever it ends. */
const SLACK = 8;

let scratch = Buffer.alloc(0);

/**
 * Puts text between two pieces of JSON, as the inside of a string: the bytes that `JSON.stringify` gives, without the strings on the
 * way. It takes four bytes at once: most of them need no escape.
 *
 * @param utf8 - Valid UTF-8; characters beyond ASCII stand in JSON as they are.
 * @returns Fresh bytes.
 */
export function encodeJsonText(before: string, utf8: Buffer, after: string): Buffer {
	const needed = (before.length + utf8.length + after.length) * LONGEST_ESCAPE + SLACK;
	if (scratch.length < needed) scratch = Buffer.allocUnsafeSlow(needed);
	const start = scratch.write(before);
	const end = escapeInto(scratch, start, utf8);
	const length = end + scratch.write(after, end);
	const message = Buffer.allocUnsafe(length);
	scratch.copy(message, 0, 0, length);
	return message;
}

function escapeInto(target: Buffer, start: number, bytes: Buffer): number {
	const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const sink = new DataView(target.buffer, target.byteOffset, target.length);
	const lastWord = bytes.length - 4;
	let at = start;
	let index = 0;
	while (index <= lastWord) {
		const word = source.getInt32(index, true);
		sink.setInt32(at, word, true);
		const marks = marksOf(word);
		if (marks === 0) {
			index += 4;
			at += 4;
			continue;
		}
		// The lowest mark is always right; those above it may be carried over from it.
		const clean = (31 - Math.clz32(marks & -marks)) >> 3;
		at = escapeByte(sink, at + clean, source.getUint8(index + clean));
		index += clean + 1;
	}
	for (; index < bytes.length; index += 1) at = escapeByte(sink, at, source.getUint8(index));
	return at;
}

/** @returns The top bit of each byte that is a control character, a quote or a backslash. */
function marksOf(word: number): number {
	const quotes = word ^ 0x22222222;
	const backslashes = word ^ 0x5c5c5c5c;
	const controls = (word - 0x20202020) & ~word;
	return (controls | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) & 0x80808080;
}

function escapeByte(sink: DataView, at: number, byte: number): number {
	const letter = ESCAPES[byte] ?? 0;
	if (letter === 0) {
		sink.setUint8(at, byte);
		return at + 1;
	}
	sink.setUint16(at, (BACKSLASH << 8) | letter);
	if (letter !== 0x75) return at + 2;
	// 00 to 1f.
	sink.setUint16(at + 2, 0x3030);
	sink.setUint8(at + 4, 0x30 + (byte >> 4));
	sink.setUint8(at + 5, '0123456789abcdef'.charCodeAt(byte & 15));
	return at + LONGEST_ESCAPE;
}
