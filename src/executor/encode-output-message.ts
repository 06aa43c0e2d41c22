import { isUtf8 } from 'node:buffer';
import type { OutputMessage } from './delivery.ts';
import { encodeJsonText } from './json-bytes.ts';

/**
 * Writes the `process.output` of a message: what is not UTF-8 reads as U+FFFD in `data`, and stands as it is in `data_base64`.
 *
 * @param idJson - The execution's id as JSON, the same for all its messages.
 * @returns UTF-8.
 */
export function encodeOutputMessage({ stream, bytes, seq, atMs }: OutputMessage, idJson: string): Buffer {
	const before = `{"jsonrpc":"2.0","method":"process.output","params":{"type":"${stream}","data":"`;
	const after = `","truncated":false,"execution_id":${idJson},"seq":${seq},"at":${atMs}`;
	if (isUtf8(bytes)) return encodeJsonText(before, bytes, `${after}}}`);
	const readable = Buffer.from(bytes.toString('utf8'));
	return encodeJsonText(before, readable, `${after},"data_base64":"${bytes.toString('base64')}"}}`);
}
