/** Which output of a process. */
export type StreamName = 'stdout' | 'stderr';

/** A piece of output that ends with a whole character. */
export interface EncodedChunk {
	readonly stream: StreamName;
	readonly bytes: Buffer;
}

/** Turns what was read into messages' data without cutting a character in two. */
export interface OutputEncoder {
	/** @returns `null` when all of it waits for the rest of a character. */
	add(stream: StreamName, chunk: Uint8Array): EncodedChunk | null;
	/** @returns What still waited: at most one chunk a stream. */
	end(): readonly EncodedChunk[];
}

/** Makes the encoder of one execution. */
export function createOutputEncoder(): OutputEncoder {
	const waiting = new Map<StreamName, Buffer>();
	return {
		add: (stream, chunk) => {
			const head = waiting.get(stream);
			const all = head ? Buffer.concat([head, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
			const cut = all.length - cutCharacterLength(all);
			// A copy: the slice would keep the whole chunk in memory.
			if (cut < all.length) waiting.set(stream, Buffer.from(all.subarray(cut)));
			else if (head) waiting.delete(stream);
			return cut === 0 ? null : { stream, bytes: all.subarray(0, cut) };
		},
		end: () => {
			const rest = [...waiting].map(([stream, bytes]) => ({ stream, bytes }));
			waiting.clear();
			return rest;
		},
	};
}

/** @returns How many bytes at the end begin a character whose rest is missing: 0 to 3. */
function cutCharacterLength(bytes: Buffer): number {
	for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
		const byte = bytes[bytes.length - back] ?? 0;
		if (byte < 0x80) return 0;
		if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
	}
	return 0;
}

/** RFC 3629 §4; bytes that start no sequence count as one. */
function sequenceLength(lead: number): number {
	if (lead >= 0xc2 && lead <= 0xdf) return 2;
	if (lead >= 0xe0 && lead <= 0xef) return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
}
