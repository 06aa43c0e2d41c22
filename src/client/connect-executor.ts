import type { Duplex } from 'node:stream';
import { AppError } from '../core/errors.ts';
import { type ReconnectOptions, resolveReconnect } from './backoff.ts';
import { BaseClient } from './base-client.ts';
import type { ExecutorClient } from './client.ts';
import { openConnection } from './connection.ts';
import { MultiplexClient } from './multiplex-client.ts';
import type { ClientHost } from './received-execution.ts';

/** How a client connects; every value has a default. */
export interface ConnectOptions {
	/** Milliseconds until the executor must have greeted; default 10,000. */
	readonly connectTimeoutMs?: number;
	/**
	 * Milliseconds that an executor without `multiplex` and `marker` may take to tell the end of a canceled execution before its
	 * connection is closed; default 2,000. Ours always tells it.
	 */
	readonly cancelWaitMs?: number;
	/** Sent as `Authorization: Bearer …` with the handshake; never part of a URL or a message. */
	readonly token?: string;
	/**
	 * Comes back after a lost connection and goes on with what ran, where the executor has `attach`: no byte is lost or repeated.
	 * Default `false`: what runs is lost with its connection.
	 */
	readonly reconnect?: ReconnectOptions | false;
	/** Milliseconds between pings; an executor that leaves two unanswered counts as lost. Default 0: none are sent. */
	readonly heartbeatMs?: number;
	/** Gives up connecting. Of no meaning once connected. */
	readonly signal?: AbortSignal;
	/** Makes the stream that is spoken over, instead of a socket to where the URL points: to an executor inside this process. */
	readonly dial?: () => Duplex;
}

/**
 * Connects to an executor, the embedded one, ours elsewhere, or any that speaks the wire of the first executor.
 *
 * @param url - `ws://`, `wss://`, or `ws+unix:` as `listenPrivate` gave it.
 * @param host - `transcript` gets what comes over the wire; leave it out where the executor writes the transcript.
 * @throws {AppError} `EXECUTOR_UNREACHABLE` (nothing is there, wrong path), `EXECUTOR_NONSENSE` (it is no executor),
 * `EXECUTOR_REFUSED` (session limit).
 * @throws {RangeError} A value of `reconnect` is not a positive number.
 * @throws `signal.reason`, when aborted before the executor greeted.
 */
export async function connectExecutor(
	url: string,
	host: ClientHost,
	options: ConnectOptions = {},
): Promise<ExecutorClient> {
	const { connectTimeoutMs = 10_000, cancelWaitMs = 2000, reconnect = false, heartbeatMs = 0 } = options;
	if (!/^wss?(\+unix)?:/.test(url) || !URL.canParse(url) || new URL(url).hash !== '') {
		throw new AppError('EXECUTOR_UNREACHABLE', `Cannot use the executor at ${url}: it is no WebSocket URL`, {
			advice: 'Write it as ws://host:port/ws/mcp',
			data: { url },
		});
	}
	const policy = resolveReconnect(reconnect);
	const { clock } = host;
	const token = options.token === undefined ? {} : { token: options.token };
	const dial = options.dial === undefined ? {} : { dial: options.dial };
	const open = (signal?: AbortSignal) =>
		openConnection(url, {
			clock,
			timeoutMs: connectTimeoutMs,
			heartbeatMs,
			...token,
			...dial,
			...(signal ? { signal } : {}),
		});
	const receiver: ClientHost = options.dial ? { ...host, sharesMemory: true } : host;
	const connection = await open(options.signal);
	const capabilities = new Set(connection.greeting.capabilities);
	return capabilities.has('multiplex') && capabilities.has('marker')
		? new MultiplexClient(connection, receiver, { open, policy })
		: new BaseClient(connection, receiver, { open, cancelWaitMs });
}
