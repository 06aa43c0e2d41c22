import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { encodeOutputFrame, OUTPUT_HEADER_BYTES } from '../protocol/output-frame.ts';
import type { ExecutionListener } from './delivery.ts';
import { encodeOutputMessage } from './encode-output-message.ts';
import type { Outbox } from './outbox.ts';

/** How an execution is told to a client. */
export interface TellerOptions {
	readonly executionId: string;
	/** Set: the output goes in binary messages with this number, else in `process.output`. */
	readonly channel: number | null;
	readonly onDetached: ExecutionListener['onDetached'];
}

/** Makes the listener that tells an execution to its client. */
export function createTeller(outbox: Outbox, { executionId, channel, onDetached }: TellerOptions): ExecutionListener {
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
				const message = Buffer.allocUnsafe(OUTPUT_HEADER_BYTES + bytes.length);
				encodeOutputFrame({ channel, stream, seq, atMs, bytes }, message);
				outbox.sendBinary(message);
				return;
			}
			outbox.sendText(encodeOutputMessage({ stream, bytes, seq, atMs }, idJson));
		},
	};
}
