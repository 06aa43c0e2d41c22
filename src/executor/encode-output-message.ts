import { isUtf8 } from 'node:buffer';
import type { OutputMessage } from './delivery.ts';
import { encodeJsonText } from './json-bytes.ts';
import type { MessageMemory } from './message-memory.ts';

/**
 * Writes the `process.output` of a message: what is not UTF-8 reads as U+FFFD in `data`, and stands as it is in `data_base64`.
 *
 * @param idJson - The execution's id as JSON, the same for all its messages.
 * @param memory - Gives the bytes that are returned.
 * @returns UTF-8.
 */
export function encodeOutputMessage(
	{ stream, bytes, seq, atMs }: OutputMessage,
	idJson: string,
	memory: MessageMemory,
): Buffer {
	const before = `{"jsonrpc":"2.0","method":"process.output","params":{"type":"${stream}","data":"`;
	const after = `","truncated":false,"execution_id":${idJson},"seq":${seq},"at":${atMs}`;
	if (isUtf8(bytes)) return encodeJsonText({ before, utf8: bytes, after: `${after}}}` }, memory);
	const utf8 = Buffer.from(bytes.toString('utf8'));
	return encodeJsonText({ before, utf8, after: `${after},"data_base64":"${bytes.toString('base64')}"}}` }, memory);
}
