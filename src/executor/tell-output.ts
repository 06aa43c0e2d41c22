import type { ServerNotification } from '../protocol/decode-server-message.ts';
import {
	encodeOutputFrame,
	encodeOutputHeader,
	OUTPUT_HEADER_BYTES,
	type OutputFrame,
} from '../protocol/output-frame.ts';
import type { ExecutionListener } from './delivery.ts';
import { encodeOutputMessage } from './encode-output-message.ts';
import type { MessageMemory } from './message-memory.ts';
import type { Outbox } from './outbox.ts';

/** How an execution is told to a client. */
export interface TellerOptions {
	readonly executionId: string;
	/** Set: the output goes in binary messages with this number, else in `process.output`. */
	readonly channel: number | null;
	/** For JSON messages. */
	readonly memory: MessageMemory;
	readonly onDetached: ExecutionListener['onDetached'];
}

/** Copying less than that costs no more than a frame of its own. */
const SMALL = 8 * 1024;

/** Makes the listener that tells an execution to its client. */
export function createTeller(
	outbox: Outbox,
	{ executionId, channel, memory, onDetached }: TellerOptions,
): ExecutionListener {
	const idJson = JSON.stringify(executionId);
	const notify = (notification: ServerNotification): void => outbox.send({ jsonrpc: '2.0', ...notification });
	return {
		get hasRoom() {
			return !outbox.isFull;
		},
		notify,
		onDetached,
		onOutput: ({ stream, bytes, seq, atMs }) => {
			if (channel !== null) {
				tellBinary(outbox, { channel, stream, seq, atMs, bytes });
				return;
			}
			const message = encodeOutputMessage({ stream, bytes, seq, atMs }, idJson, memory);
			outbox.sendText(message, () => memory.giveBack(message));
		},
	};
}

function tellBinary(outbox: Outbox, frame: OutputFrame): void {
	const isSmall = frame.bytes.length < SMALL;
	const message = Buffer.allocUnsafe(OUTPUT_HEADER_BYTES + (isSmall ? frame.bytes.length : 0));
	if (isSmall) {
		encodeOutputFrame(frame, message);
		outbox.sendBinary(message);
	} else {
		encodeOutputHeader(frame, message);
		outbox.sendBinary(message, frame.bytes);
	}
}
