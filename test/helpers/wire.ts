import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** A parsed message, read loosely: tests look at what really came. */
export type WireMessage = {
	readonly [key: string]: unknown;
	readonly id?: unknown;
	readonly method?: string;
	readonly params?: Record<string, unknown>;
	readonly result?: Record<string, unknown>;
	readonly error?: { readonly code: number; readonly message: string; readonly data: Record<string, unknown> | null };
};

/** A client that knows nothing: it sends texts and keeps what comes. */
export interface RawWire {
	readonly socket: WebSocket;
	/** Everything that came, in order. */
	readonly messages: readonly WireMessage[];
	send(message: unknown): void;
	/** Waits for the next message, beginning with those not yet taken, that fits; those before it are skipped. */
	next(fits?: (message: WireMessage) => boolean): Promise<WireMessage>;
	/** `next` by the method of a notification. */
	notification(method: string): Promise<Record<string, unknown>>;
	/** `next` by the id of an answer. */
	answer(id: unknown): Promise<WireMessage>;
	close(): Promise<void>;
}

/**
 * Connects; the greeting is the first message.
 *
 * @param dial - Makes the stream to speak over, instead of a socket.
 */
export async function connectRaw(
	url: string,
	headers: Record<string, string> = {},
	dial?: () => Duplex,
): Promise<RawWire> {
	const socket = new WebSocket(url, {
		headers,
		perMessageDeflate: false,
		...(dial ? { createConnection: dial as () => Socket } : {}),
	});
	const messages: WireMessage[] = [];
	const waiting: (() => void)[] = [];
	const wake = (): void => {
		for (const look of waiting.splice(0)) look();
	};
	let taken = 0;
	let isClosed = false;
	socket.on('message', (data) => {
		messages.push(JSON.parse(String(data)));
		wake();
	});
	socket.on('close', () => {
		isClosed = true;
		wake();
	});
	socket.on('error', () => {});
	await once(socket, 'open');

	const next: RawWire['next'] = async (fits = () => true) => {
		for (;;) {
			while (taken < messages.length) {
				const message = messages[taken++];
				if (message && fits(message)) return message;
			}
			if (isClosed) throw new Error(`Closed; got ${JSON.stringify(messages).slice(0, 2000)}`);
			await new Promise<void>((resolve) => waiting.push(resolve));
		}
	};
	return {
		socket,
		messages,
		send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
		next,
		notification: async (method) => (await next((message) => message.method === method)).params ?? {},
		answer: (id) => next((message) => 'id' in message && message.id === id),
		close: async () => {
			if (isClosed) return;
			socket.close();
			await once(socket, 'close');
		},
	};
}

/** A request as the first executor's clients write it. */
export const request = (id: unknown, method: string, params: object = {}): object => ({
	jsonrpc: '2.0',
	id,
	method,
	params,
});
