import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { encodeOutputFrame, OUTPUT_HEADER_BYTES } from '../protocol/output-frame.ts';
import type { ExecutionListener } from './delivery.ts';
import type { Outbox } from './outbox.ts';
import { encodeText } from './output-encoder.ts';

/** How an execution is told to a client. */
export interface TellerOptions {
	readonly executionId: string;
	/** Set: the output goes in binary messages with this number, else in `process.output`. */
	readonly channel: number | null;
	readonly onDetached: ExecutionListener['onDetached'];
}

/** Makes the listener that tells an execution to its client. */
export function createTeller(outbox: Outbox, { executionId, channel, onDetached }: TellerOptions): ExecutionListener {
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
			const { data, base64 } = encodeText(bytes);
			notify({
				method: 'process.output',
				params: {
					type: stream,
					data,
					truncated: false,
					execution_id: executionId,
					seq,
					at: atMs,
					...(base64 === null ? {} : { data_base64: base64 }),
				},
			});
		},
	};
}
