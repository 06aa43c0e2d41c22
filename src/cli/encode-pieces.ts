/** Large enough that the calls for writing don't count, small enough to stay in the processor's cache until it is written. */
const BLOCK_BYTES = 262_144;

/**
 * Encodes a text that comes in pieces as UTF-8, without ever joining it.
 *
 * @param pieces - No character is cut in two between them.
 * @returns Blocks that belong to the receiver: 256 KiB each, less what a character at the end is too long for; the last may be shorter.
 */
export function* encodePieces(pieces: Iterable<string>): Generator<Uint8Array> {
	const encoder = new TextEncoder();
	let block = new Uint8Array(BLOCK_BYTES);
	let used = 0;
	for (const piece of pieces) {
		let rest = piece;
		for (;;) {
			const { read, written } = encoder.encodeInto(rest, block.subarray(used));
			used += written;
			if (read === rest.length) break;
			rest = rest.slice(read);
			yield block.subarray(0, used);
			block = new Uint8Array(BLOCK_BYTES);
			used = 0;
		}
	}
	if (used > 0) yield block.subarray(0, used);
}
