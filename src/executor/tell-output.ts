import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { encodeOutputFrame, OUTPUT_HEADER_BYTES } from '../protocol/output-frame.ts';
import type { Execution, ExecutionListener } from './execution.ts';
import type { Outbox } from './outbox.ts';
import { encodeText } from './output-encoder.ts';

/**
 * Makes the listener that tells an execution to its client.
 *
 * @param channel - Set: the output goes in binary messages with this number, else in `process.output`.
 */
export function createTeller(execution: Execution, outbox: Outbox, channel: number | null): ExecutionListener {
	const notify = (notification: ServerNotification): void => outbox.send({ jsonrpc: '2.0', ...notification });
	const { executionId } = execution;
	return {
		notify,
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
