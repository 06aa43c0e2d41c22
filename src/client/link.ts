import { AppError, isAppError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Method } from '../protocol/messages.ts';
import { nextDelayMs, type ReconnectPolicy } from './backoff.ts';
import type { Connection, ConnectionListener } from './connection.ts';

/** What a link tells beside what its connections tell. `onLost`: it is of no more use for what ran. */
export interface LinkListener extends ConnectionListener {
	/** A new connection stands in for a lost one; other requests wait until this settles. Rejects when the connection is lost again. */
	onReconnected(connection: Connection): Promise<void>;
}

/** How a link comes back. */
export interface LinkOptions {
	readonly clock: Clock;
	/** Opens one more connection to the same executor. */
	readonly open: (signal: AbortSignal) => Promise<Connection>;
	/** `null`: it does not come back. */
	readonly policy: ReconnectPolicy | null;
	/** From 0 to 1; default `Math.random`. */
	readonly random?: () => number;
}

/** A request that makes the executor close the connection each time is to blame itself. */
const MAX_TRIES = 20;

/**
 * A connection to an executor that is replaced when it is lost.
 *
 * Requests that were under way are sent again, so they must mean the same when they come twice: an `execute` with an id, a `control`.
 */
export class Link {
	readonly #options: LinkOptions;
	#listener: LinkListener | null = null;
	#connection: Connection | null = null;
	/** The way to the next connection. */
	#coming: Promise<Connection> | null = null;
	#isPaused = false;
	readonly #closing = new AbortController();
	#wake: () => void = () => {};

	constructor(first: Connection, options: LinkOptions) {
		this.#options = options;
		this.#use(first);
	}

	/** Set once, right after the link was made. */
	listen(listener: LinkListener): void {
		this.#listener = listener;
	}

	/** As {@link Connection.request}, over as many connections as it takes. */
	async request(method: Method, params: object): Promise<unknown> {
		for (let tries = 1; ; tries += 1) {
			const connection = await this.#ready();
			try {
				return await connection.request(method, params);
			} catch (error) {
				const isOver = this.#closing.signal.aborted || this.#options.policy === null || tries === MAX_TRIES;
				if (isOver || !isAppError(error) || error.code !== 'EXECUTOR_LOST') throw error;
			}
		}
	}

	/** Sends a request whose answer and fate are of no interest. */
	tell(method: Method, params: object): void {
		void this.#connection?.request(method, params).catch(() => {});
	}

	/** Reads nothing until `resume`. */
	pause(): void {
		this.#isPaused = true;
		this.#connection?.pause();
	}

	/** Reads on. */
	resume(): void {
		this.#isPaused = false;
		this.#connection?.resume();
	}

	/** Ends the connection for good because the executor broke the protocol. */
	fail(reason: string): void {
		this.#connection?.fail(reason);
	}

	/** Closes the connection, or stops coming back. May be called twice. */
	async close(): Promise<void> {
		this.#closing.abort(closedError());
		this.#wake();
		await this.#connection?.close();
		await this.#coming?.catch(() => {});
	}

	#use(connection: Connection): void {
		this.#connection = connection;
		this.#hear(connection, (error) => {
			if (this.#connection !== connection || this.#closing.signal.aborted) return;
			this.#connection = null;
			if (this.#options.policy === null || error.code !== 'EXECUTOR_LOST') return this.#listener?.onLost(error);
			void this.#ready(error).catch(() => {});
		});
	}

	#hear(connection: Connection, onLost: (error: AppError) => void): void {
		connection.listen({
			onNotification: (notification) => this.#listener?.onNotification(notification),
			onOutput: (frame) => this.#listener?.onOutput?.(frame),
			onLost,
		});
	}

	async #ready(cause?: AppError): Promise<Connection> {
		if (this.#closing.signal.aborted) throw closedError();
		const { policy } = this.#options;
		if (this.#coming !== null) return this.#coming;
		if (this.#connection) return this.#connection;
		if (policy === null) throw cause ?? closedError();
		this.#coming = this.#comeBack(policy, cause).finally(() => {
			this.#coming = null;
		});
		return this.#coming;
	}

	async #comeBack(policy: ReconnectPolicy, cause: AppError | undefined): Promise<Connection> {
		const { clock, random = Math.random } = this.#options;
		const deadlineMs = clock.monotonicMs() + policy.leaseMs;
		let last: unknown = cause;
		for (let attempt = 0; clock.monotonicMs() < deadlineMs; attempt += 1) {
			await this.#sleep(nextDelayMs(attempt, policy, random()));
			if (this.#closing.signal.aborted) throw closedError();
			try {
				return await this.#arrive();
			} catch (error) {
				last = error;
			}
		}
		const reason = last instanceof Error ? last.message : String(last);
		const error = new AppError('EXECUTOR_LOST', `No way back to the executor within ${policy.leaseMs} ms: ${reason}`, {
			cause: last,
		});
		this.#listener?.onLost(error);
		throw error;
	}

	async #arrive(): Promise<Connection> {
		const connection = await this.#options.open(this.#closing.signal);
		let lost: AppError | null = null;
		this.#hear(connection, (error) => {
			lost = error;
		});
		// What is asked now is served: the lease ends even while nobody reads the answer.
		if (this.#isPaused) connection.pause();
		this.#connection = connection;
		try {
			await this.#listener?.onReconnected(connection);
			if (lost !== null) throw lost;
			if (this.#closing.signal.aborted) throw closedError();
		} catch (error) {
			this.#connection = null;
			await connection.close();
			throw error;
		}
		this.#use(connection);
		return connection;
	}

	#sleep(delayMs: number): Promise<void> {
		return new Promise((resolve) => {
			// It was closed while it dialed: there is no attempt to wait for.
			if (this.#closing.signal.aborted) return resolve();
			const stop = this.#options.clock.schedule(resolve, delayMs);
			this.#wake = () => {
				stop();
				resolve();
			};
		});
	}
}

const closedError = (): AppError => new AppError('EXECUTOR_LOST', 'The client was closed');
