import type { Sha256 } from '../core/ports.ts';

/** Large enough that the calls for writing don't count, small enough that text and bytes stay in the processor's cache. */
const BLOCK_CHARS = 262_144;

/**
 * Encodes a text that comes in pieces as UTF-8, in blocks of 256 kB or more; only the last may be shorter.
 *
 * @param pieces - No character is cut in two between them.
 * @param hash - Gets each block as well, so that the whole is read only once.
 */
export function* encodePieces(pieces: Iterable<string>, hash: Sha256): Generator<Uint8Array> {
	let waiting: string[] = [];
	let chars = 0;
	const flush = (): Uint8Array => {
		const block = Buffer.from(waiting.join(''));
		hash.update(block);
		[waiting, chars] = [[], 0];
		return block;
	};
	for (const piece of pieces) {
		waiting.push(piece);
		chars += piece.length;
		if (chars >= BLOCK_CHARS) yield flush();
	}
	if (chars > 0) yield flush();
}
