import type { PromptDetail } from '../report/html/report-data.ts';

const unpacked = new Map<number, Promise<readonly PromptDetail[]>>();

/** Text of a data block of this page; empty when there is none. */
export const blockText = (id: string): string => document.getElementById(id)?.textContent ?? '';

/**
 * Unpacks a chunk of details, once.
 *
 * @param number - From 0.
 * @throws {Error} The block was damaged.
 */
export function unpackChunk(number: number): Promise<readonly PromptDetail[]> {
	let chunk = unpacked.get(number);
	if (chunk === undefined) {
		chunk = inflate(blockText(`chunk-${number}`)).then((text) => JSON.parse(text) as readonly PromptDetail[]);
		unpacked.set(number, chunk);
	}
	return chunk;
}

function inflate(base64: string): Promise<string> {
	const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
	return new Response(stream).text();
}

/** SHA-256 of the UTF-8 of a text, 64 hex digits. */
export async function sha256(text: string): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
