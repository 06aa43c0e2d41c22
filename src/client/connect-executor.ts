import { AppError } from '../core/errors.ts';
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
}

/**
 * Connects to an executor, the embedded one, ours elsewhere, or any that speaks the wire of the first executor.
 *
 * @param url - `ws://`, `wss://`, or `ws+unix:` as `listenPrivate` gave it.
 * @param host - `transcript` gets what comes over the wire; leave it out where the executor writes the transcript.
 * @throws {AppError} `EXECUTOR_UNREACHABLE` (nothing is there, wrong path), `EXECUTOR_NONSENSE` (it is no executor),
 * `EXECUTOR_REFUSED` (session limit).
 */
export async function connectExecutor(
	url: string,
	host: ClientHost,
	{ connectTimeoutMs = 10_000, cancelWaitMs = 2000 }: ConnectOptions = {},
): Promise<ExecutorClient> {
	if (!/^wss?(\+unix)?:/.test(url) || !URL.canParse(url) || new URL(url).hash !== '') {
		throw new AppError('EXECUTOR_UNREACHABLE', `Cannot use the executor at ${url}: it is no WebSocket URL`, {
			advice: 'Write it as ws://host:port/ws/mcp',
			data: { url },
		});
	}
	const open = () => openConnection(url, host.clock, connectTimeoutMs);
	const connection = await open();
	const capabilities = new Set(connection.greeting.capabilities);
	return capabilities.has('multiplex') && capabilities.has('marker')
		? new MultiplexClient(connection, host)
		: new BaseClient(connection, host, { open, cancelWaitMs });
}
