import { once } from 'node:events';
import { WebSocket } from 'ws';
import { OUTPUT_HEADER_BYTES } from '../src/protocol/output-frame.ts';

/** A line of text that compresses, escapes and decodes like what programs print. */
export const floodCommand = (bytes: number): string => `yes 0123456789abcdef | head -c ${bytes}`;

/**
 * Lets an executor print, and reads all of it as a client would: messages parsed, bytes counted.
 *
 * @param channel - Number of the binary channel; missing: output comes as JSON.
 * @returns Milliseconds from the request to the end.
 * @throws {Error} Not all bytes came.
 */
export async function flood(url: string, bytes: number, channel?: number): Promise<number> {
	const socket = await openSocket(url);
	let received = 0;
	const ended = new Promise<void>((resolve) => {
		// As our client reads: a message in two fragments is not copied to join them.
		socket.binaryType = 'fragments';
		socket.on('message', (data: Buffer | Buffer[], isBinary) => {
			if (Array.isArray(data)) received += data.reduce((sum, part) => sum + part.length, 0) - OUTPUT_HEADER_BYTES;
			else if (!isBinary) {
				const { method, params } = JSON.parse(String(data));
				if (method === 'process.output') received += Buffer.byteLength(params.data);
				else if (method === 'process.completed') resolve();
			}
		});
	});
	const params = {
		command: floodCommand(bytes),
		execution_id: `flood-${process.pid}-${channel}-${Math.round(performance.now())}`,
		output_channel: channel,
	};
	const startMs = performance.now();
	socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'execute', params }));
	await ended;
	const ms = performance.now() - startMs;
	socket.close();
	if (received !== bytes) throw new Error(`${received} bytes came of ${bytes}`);
	return ms;
}

/** Opens a socket and waits for the greeting. */
export async function openSocket(url: string): Promise<WebSocket> {
	const socket = new WebSocket(url, { perMessageDeflate: false });
	await once(socket, 'message');
	return socket;
}
