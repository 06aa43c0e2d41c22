/** Memory for messages that is used again once they are sent. */
export interface MessageMemory {
	/** @returns That many bytes, with anything in them. */
	take(sizeBytes: number): Buffer;
	/** Nobody looks at this message any more. */
	giveBack(message: Buffer): void;
}

/** The message of a full read, with escapes as output has them. */
const BLOCK_BYTES = 128 * 1024;
/** As many as a connection lets wait. */
const BLOCKS = 16;
/** Shorter ones share memory anyway. */
const SHORT_BYTES = Buffer.poolSize / 2;

/** Fresh memory for each message: for those who may keep it. */
export const FRESH_MEMORY: MessageMemory = { take: (sizeBytes) => Buffer.allocUnsafe(sizeBytes), giveBack: () => {} };

/**
 * Makes memory for messages that is used again.
 *
 * Fresh memory for each message of much output costs more than filling it: the system gives it page by page, and V8, which sees how
 * much of it there is outside of its heap, collects all of the heap again and again to be rid of it.
 */
export function createMessageMemory(): MessageMemory {
	const free: Buffer[] = [];
	return {
		take: (sizeBytes) => {
			if (sizeBytes > BLOCK_BYTES || sizeBytes < SHORT_BYTES) return Buffer.allocUnsafe(sizeBytes);
			return (free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)).subarray(0, sizeBytes);
		},
		giveBack: ({ buffer }) => {
			if (buffer.byteLength === BLOCK_BYTES && free.length < BLOCKS) free.push(Buffer.from(buffer));
		},
	};
}
