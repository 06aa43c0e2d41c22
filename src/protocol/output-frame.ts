/** Output in a binary message: the `process.output` of an execution that was started with an `output_channel`. */
export interface OutputFrame {
	/** The number that the client gave to the execution. */
	readonly channel: number;
	readonly stream: 'stdout' | 'stderr';
	/** As in `process.output`. */
	readonly seq: number;
	/** Milliseconds since the Unix epoch. */
	readonly atMs: number;
	/** The raw bytes; a view of the message when it was decoded. */
	readonly bytes: Uint8Array;
}

/** Bytes before the output: version, stream, two of zero, channel (u32), seq (f64), time (f64), big endian. */
export const OUTPUT_HEADER_BYTES = 24;

const VERSION = 1;
const STREAMS = ['stdout', 'stderr'] as const;

/**
 * Writes a frame.
 *
 * @param message - At least as long as header and bytes together.
 */
export function encodeOutputFrame(frame: OutputFrame, message: Uint8Array): void {
	encodeOutputHeader(frame, message);
	message.set(frame.bytes, OUTPUT_HEADER_BYTES);
}

/**
 * Writes what stands before the bytes of a frame.
 *
 * @param message - At least as long as the header.
 */
export function encodeOutputHeader(
	{ channel, stream, seq, atMs }: Omit<OutputFrame, 'bytes'>,
	message: Uint8Array,
): void {
	const view = new DataView(message.buffer, message.byteOffset, OUTPUT_HEADER_BYTES);
	view.setUint8(0, VERSION);
	view.setUint8(1, STREAMS.indexOf(stream));
	view.setUint16(2, 0);
	view.setUint32(4, channel);
	view.setFloat64(8, seq);
	view.setFloat64(16, atMs);
}

/**
 * Reads a frame; never throws, whatever the bytes.
 *
 * @param bytes - The output, where it came apart from its header.
 * @returns `null` when it is none.
 */
export function decodeOutputFrame(message: Uint8Array, bytes?: Uint8Array): OutputFrame | null {
	if (message.length < OUTPUT_HEADER_BYTES) return null;
	const view = new DataView(message.buffer, message.byteOffset, OUTPUT_HEADER_BYTES);
	const stream = STREAMS[view.getUint8(1)];
	const [channel, seq, atMs] = [view.getUint32(4), view.getFloat64(8), view.getFloat64(16)];
	const isWhole = view.getUint8(0) === VERSION && Number.isSafeInteger(seq) && seq >= 0 && Number.isFinite(atMs);
	if (!isWhole || stream === undefined) return null;
	return { channel, stream, seq, atMs, bytes: bytes ?? message.subarray(OUTPUT_HEADER_BYTES) };
}
