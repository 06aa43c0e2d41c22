import { once } from 'node:events';
import { createServer } from 'node:http';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

/** A message of the wire, as far as lies need it. */
export interface LiedMessage {
	readonly id?: unknown;
	readonly method?: string;
	params?: Record<string, unknown>;
	result?: Record<string, unknown>;
}

/** How an executor lies; what is not given is passed on as it is. */
export interface Lies {
	/** Changes what the executor tells; `null`: keeps it to itself. */
	readonly tell?: (message: LiedMessage) => LiedMessage | null;
	/** Changes what the executor hears; a text answers it in the executor's place. */
	readonly hear?: (message: LiedMessage) => LiedMessage | string;
	/** Keeps a piece of output to itself. */
	readonly drops?: (bytes: Buffer, backlogBytes: number) => boolean;
}

/** A WebSocket server in front of a real executor that changes what passes. Whoever started it closes it. */
export interface LyingExecutor {
	readonly url: string;
	close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startLyingExecutor(upstreamUrl: string, lies: Lies): Promise<LyingExecutor> {
	const http = createServer();
	const sockets = new WebSocketServer({ server: http, path: '/ws/mcp' });
	sockets.on('connection', (client) => {
		const upstream = new WebSocket(upstreamUrl, { perMessageDeflate: false });
		const waiting: string[] = [];
		client.on('message', (data) => {
			const heard = lies.hear?.(JSON.parse(String(data))) ?? String(data);
			if (typeof heard === 'string' && heard !== String(data)) return void client.send(heard);
			const text = typeof heard === 'string' ? heard : JSON.stringify(heard);
			if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
			else waiting.push(text);
		});
		upstream.on('open', () => {
			for (const text of waiting.splice(0)) upstream.send(text);
		});
		upstream.on('message', (data, isBinary) => passOn(data, isBinary, client, lies));
		upstream.on('close', () => client.close());
		upstream.on('error', () => client.terminate());
		client.on('close', () => upstream.close());
	});
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	const address = http.address();
	if (typeof address !== 'object' || address === null) throw new Error('No port');
	return {
		url: `ws://127.0.0.1:${address.port}/ws/mcp`,
		close: async () => {
			for (const client of sockets.clients) client.terminate();
			http.close();
			await once(http, 'close');
		},
	};
}

function passOn(data: RawData, isBinary: boolean, client: WebSocket, { tell, drops }: Lies): void {
	if (client.readyState !== WebSocket.OPEN) return;
	if (isBinary) {
		if (!drops?.(data as Buffer, client.bufferedAmount)) client.send(data, { binary: true });
		return;
	}
	const told = tell ? tell(JSON.parse(String(data))) : String(data);
	if (told !== null) client.send(typeof told === 'string' ? told : JSON.stringify(told));
}
