import { AppError } from '../core/errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Decodes the bytes of a prompt so that encoding gives the very same bytes again; a BOM stays as U+FEFF.
 *
 * @throws {AppError} `FILE_NOT_UTF8`, naming the place of the first bad byte.
 */
export function decodePrompt(bytes: Uint8Array, file: string): string {
	try {
		return decoder.decode(bytes);
	} catch (cause) {
		const line = lineOfFirstBadByte(bytes);
		throw new AppError('FILE_NOT_UTF8', `Cannot read ${file}: line ${line} is not UTF-8`, {
			cause,
			data: { file, line },
			advice: 'Save the file as UTF-8',
		});
	}
}

/** Encodes text that {@link decodePrompt} gave. */
export const encodePrompt = (text: string): Uint8Array => encoder.encode(text);

function lineOfFirstBadByte(bytes: Uint8Array): number {
	let line = 1;
	let start = 0;
	for (let index = 0; index <= bytes.length; index += 1) {
		if (index < bytes.length && bytes[index] !== 0x0a) continue;
		try {
			// A line feed is never part of a longer character, so lines can be tried one by one.
			decoder.decode(bytes.subarray(start, index));
		} catch {
			return line;
		}
		line += 1;
		start = index + 1;
	}
	return line;
}
