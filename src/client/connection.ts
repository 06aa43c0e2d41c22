import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket } from 'ws';
import { AppError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { scheduleLimit } from '../core/schedule-limit.ts';
import {
	decodeServerMessage,
	type ServerError,
	type ServerMessage,
	type ServerNotification,
} from '../protocol/decode-server-message.ts';
import type { Method, NotificationParams } from '../protocol/messages.ts';
import { decodeOutputFrame, OUTPUT_HEADER_BYTES, type OutputFrame } from '../protocol/output-frame.ts';
import { connectError, refusedError } from './connect-error.ts';

/** What a connection tells. */
export interface ConnectionListener {
	onNotification(notification: ServerNotification): void;
	/** Output in a binary message; without it such a message is nonsense. */
	onOutput?(frame: OutputFrame): void;
	/** The connection is of no more use; called once, not after `close`. */
	onLost(error: AppError): void;
}

/** A connection to an executor whose `connected` has come. */
export interface Connection {
	readonly greeting: NotificationParams<'connected'>;
	/** Set once, right after the connection was made. */
	listen(listener: ConnectionListener): void;
	/**
	 * Sends a request.
	 *
	 * @returns The `result` of the answer, unchecked.
	 * @throws {AppError} `EXECUTOR_REFUSED` or `SPAWN_FAILED` (the answer is in `data`), `EXECUTOR_LOST`, `EXECUTOR_NONSENSE`.
	 */
	request(method: Method, params: object): Promise<unknown>;
	/** Reads nothing until `resume`. */
	pause(): void;
	resume(): void;
	/** Ends the connection because the executor broke the protocol. */
	fail(reason: string): void;
	close(): Promise<void>;
}

/** A frame may hold a line of any length: the first executor does not cut them below 8 MiB. */
const MAX_FRAME = 64 * 1024 * 1024;
const FAREWELL_MS = 1000;

/** How one connection is opened. */
export interface OpenOptions {
	readonly clock: Clock;
	/** Milliseconds until the executor must have greeted. */
	readonly timeoutMs: number;
	/** Sent as `Authorization: Bearer …`. */
	readonly token?: string;
	/** Milliseconds between pings to an executor that says nothing; 0: none. */
	readonly heartbeatMs: number;
	/** Gives up connecting; of no meaning afterwards. */
	readonly signal?: AbortSignal;
	/** Makes the stream that is spoken over, instead of a socket. */
	readonly dial?: () => Duplex;
}

/**
 * Connects and waits for the executor's greeting.
 *
 * @throws {AppError} `EXECUTOR_UNREACHABLE`, `EXECUTOR_REFUSED` (session limit), `EXECUTOR_NONSENSE` (something else answers there).
 * @throws `signal.reason`, when aborted before the greeting; nothing stays open.
 */
export function openConnection(url: string, options: OpenOptions): Promise<Connection> {
	const { clock, timeoutMs, token, heartbeatMs, signal, dial } = options;
	return new Promise((resolve, reject) => {
		signal?.throwIfAborted();
		const socket = new WebSocket(url, {
			perMessageDeflate: false,
			maxPayload: MAX_FRAME,
			followRedirects: false,
			headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
			// Typed as that of `net`: both `http` and ws are content with any stream.
			...(dial ? { createConnection: dial as () => Socket } : {}),
		});
		const wire = new Wire(url, socket, clock);
		const abort = (): void => settle(signal?.reason);
		const settle = (error: unknown): void => {
			stop();
			signal?.removeEventListener('abort', abort);
			if (error === null) {
				resolve(wire);
				wire.watch(heartbeatMs);
			} else {
				socket.on('error', () => {});
				socket.terminate();
				reject(error);
			}
		};
		signal?.addEventListener('abort', abort);
		let isOpen = false;
		const stop = scheduleLimit(
			clock,
			() => settle(connectError(url, { kind: isOpen ? 'silent' : 'timeout', timeoutMs })),
			timeoutMs,
		);
		socket.once('open', () => {
			isOpen = true;
		});
		socket.once('unexpected-response', (_request, response) => {
			settle(connectError(url, { kind: 'status', status: response.statusCode ?? 0 }));
		});
		socket.once('error', (cause) => settle(connectError(url, { kind: 'error', cause })));
		wire.onGreeting = settle;
	});
}

interface Pending {
	resolve(result: unknown): void;
	reject(error: AppError): void;
}

class Wire implements Connection {
	greeting: NotificationParams<'connected'> = { session_id: '' };
	onGreeting: ((error: AppError | null) => void) | null = null;
	readonly #url: string;
	readonly #socket: WebSocket;
	readonly #clock: Clock;
	readonly #pending = new Map<string, Pending>();
	#listener: ConnectionListener | null = null;
	#lastId = 0;
	#end: AppError | null = null;
	#isClosing = false;
	#isPaused = false;
	#missedBeats = 0;

	constructor(url: string, socket: WebSocket, clock: Clock) {
		this.#url = url;
		this.#socket = socket;
		this.#clock = clock;
		// Header and output come apart: joining them would copy all of it.
		socket.binaryType = 'fragments';
		socket.on('message', (data, isBinary) => {
			this.#missedBeats = 0;
			if (isBinary) this.#receiveBinary(data);
			else this.#receive(String(data));
		});
		// Until the greeting whoever opened the socket judges its errors.
		socket.on('error', (error) => {
			if (!this.onGreeting) this.#lose(`the connection broke: ${error.message}`);
		});
		socket.on('close', (code, reason) => {
			this.#lose(`the connection was closed (${code}${reason.length > 0 ? `, ${reason}` : ''})`);
		});
	}

	listen(listener: ConnectionListener): void {
		this.#listener = listener;
	}

	request(method: Method, params: object): Promise<unknown> {
		if (this.#end) return Promise.reject(this.#end);
		this.#lastId += 1;
		const id = this.#lastId;
		return new Promise((resolve, reject) => {
			this.#pending.set(String(id), { resolve, reject });
			this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
		});
	}

	/** Pings; after two pings without a sign of life the connection counts as lost: the other end may be gone without a word. */
	watch(heartbeatMs: number): void {
		if (heartbeatMs === 0) return;
		this.#socket.on('pong', () => {
			this.#missedBeats = 0;
		});
		let stop = (): void => {};
		const beat = (): void => {
			if (this.#missedBeats >= 2) {
				this.#socket.terminate();
				return;
			}
			// While we read nothing no answer can be seen.
			if (this.#isPaused) this.#missedBeats = 0;
			else {
				this.#missedBeats += 1;
				this.#socket.ping();
			}
			stop = this.#clock.schedule(beat, heartbeatMs);
		};
		stop = this.#clock.schedule(beat, heartbeatMs);
		this.#socket.once('close', () => stop());
	}

	pause(): void {
		this.#isPaused = true;
		this.#socket.pause();
	}

	resume(): void {
		this.#isPaused = false;
		this.#missedBeats = 0;
		this.#socket.resume();
	}

	fail(reason: string): void {
		this.#finish(new AppError('EXECUTOR_NONSENSE', `The executor at ${this.#url} broke the protocol: ${reason}`));
		this.#socket.terminate();
	}

	close(): Promise<void> {
		this.#isClosing = true;
		this.#finish(new AppError('EXECUTOR_LOST', `The connection to ${this.#url} was closed by us`));
		return new Promise((resolve) => {
			if (this.#socket.readyState === WebSocket.CLOSED) return resolve();
			const stop = this.#clock.schedule(() => this.#socket.terminate(), FAREWELL_MS);
			this.#socket.once('close', () => {
				stop();
				resolve();
			});
			this.#socket.resume();
			this.#socket.close(1000);
		});
	}

	#receiveBinary(data: RawData): void {
		if (this.#end) return;
		const frame = Array.isArray(data) ? decodeFragments(data) : null;
		if (frame && this.#listener?.onOutput) this.#listener.onOutput(frame);
		else this.#nonsense('a binary message');
	}

	#receive(text: string): void {
		if (this.#end) return;
		const message = decodeServerMessage(text);
		if (message.kind === 'nonsense') this.#nonsense(message.reason);
		else if (this.onGreeting) this.#greet(message, this.onGreeting);
		else if (message.kind === 'notification') this.#hear(message.notification);
		else if (message.kind === 'result') this.#take(message.id)?.resolve(message.result);
		else if (message.kind === 'failure') this.#refuse(message.id, message.error);
	}

	#greet(message: ServerMessage, settle: (error: AppError | null) => void): void {
		if (message.kind === 'failure') settle(refusedError(this.#url, message.error));
		else if (message.kind === 'notification' && message.notification.method === 'connected') {
			this.greeting = message.notification.params;
			this.onGreeting = null;
			settle(null);
		} else this.#nonsense('its first message is not `connected`');
	}

	#hear(notification: ServerNotification): void {
		if (notification.method === 'ping') this.#socket.send('{"jsonrpc":"2.0","method":"pong","params":{}}');
		else this.#listener?.onNotification(notification);
	}

	#refuse(id: string | number | null, error: ServerError): void {
		const pending = id === null ? undefined : this.#take(id);
		// An error without id answers a request that the executor could not read: one of ours, all of which are fine.
		if (pending) pending.reject(refusedError(this.#url, error));
		else if (id === null) this.#nonsense(`it could not read a request: ${error.message}`);
	}

	/** The first executor may give a number back as text. */
	#take(id: string | number): Pending | undefined {
		const pending = this.#pending.get(String(id));
		this.#pending.delete(String(id));
		return pending;
	}

	#nonsense(reason: string): void {
		if (this.onGreeting) this.onGreeting(connectError(this.#url, { kind: 'nonsense', reason }));
		else this.fail(reason);
	}

	#lose(reason: string): void {
		if (this.onGreeting) this.onGreeting(connectError(this.#url, { kind: 'nonsense', reason }));
		else this.#finish(new AppError('EXECUTOR_LOST', `Lost the executor at ${this.#url}: ${reason}`));
	}

	#finish(error: AppError): void {
		if (this.#end) return;
		this.#end = error;
		for (const pending of this.#pending.values()) pending.reject(error);
		this.#pending.clear();
		if (!this.#isClosing) this.#listener?.onLost(error);
	}
}

function decodeFragments(fragments: readonly Buffer[]): OutputFrame | null {
	const [head, rest] = fragments;
	if (head?.length === OUTPUT_HEADER_BYTES && fragments.length === 2) return decodeOutputFrame(head, rest);
	return decodeOutputFrame(head && fragments.length === 1 ? head : Buffer.concat(fragments));
}
