import { AppError, isAppError } from '../core/errors.ts';
import { createBracketFilter } from './bracket-filter.ts';
import type { ExecuteRequest, Execution, ExecutorClient } from './client.ts';
import type { Connection } from './connection.ts';
import { describeServer } from './describe-server.ts';
import { noLeases } from './no-leases.ts';
import { parseExecuteResult } from './parse-execute-result.ts';
import { type ClientHost, type OutputListener, ReceivedExecution, subjectOf } from './received-execution.ts';
import { wrapCommand } from './wrap-command.ts';

/** How a client treats an executor that knows the base wire alone. */
export interface BaseClientOptions {
	/** Opens one more connection to the same executor. */
	readonly open: () => Promise<Connection>;
	/** How long a canceled execution may take to be told complete before its connection is closed, milliseconds. */
	readonly cancelWaitMs: number;
}

/** The outer shells that are tried in this order: an executor may allow some commands only. */
const OUTER_SHELLS = ['sh', 'bash'] as const;

/** A client of an executor with the base wire: one connection for each execution at once, the bracket printed around the output. */
export class BaseClient implements ExecutorClient {
	readonly server: ExecutorClient['server'];
	readonly #host: ClientHost;
	readonly #options: BaseClientOptions;
	readonly #idle: Connection[];
	readonly #all: Set<Connection>;
	readonly #running = new Set<ReceivedExecution>();
	#isClosed = false;

	constructor(first: Connection, host: ClientHost, options: BaseClientOptions) {
		this.server = describeServer(first);
		this.#host = host;
		this.#options = options;
		this.#idle = [first];
		this.#all = new Set([first]);
		this.#forgetWhenLost(first);
	}

	async execute(request: ExecuteRequest, onOutput: OutputListener): Promise<Execution> {
		if (this.#isClosed) throw closedError();
		const reused = this.#idle.pop();
		if (reused) {
			try {
				return await this.#executeOn(reused, request, onOutput);
			} catch (error) {
				// The first executor may hold an ended execution for running: a fresh connection decides. Nothing was started here.
				if (!isAppError(error) || error.code !== 'EXECUTOR_REFUSED') throw error;
			}
		}
		const fresh = await this.#options.open();
		if (this.#isClosed) {
			await fresh.close();
			throw closedError();
		}
		this.#all.add(fresh);
		return this.#executeOn(fresh, request, onOutput);
	}

	async attach(): Promise<never> {
		throw noLeases();
	}

	async list(): Promise<never> {
		throw noLeases();
	}

	async status(): Promise<never> {
		throw noLeases();
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		for (const received of this.#running) received.fail(closedError());
		await Promise.all([...this.#all].map((connection) => connection.close()));
	}

	async #executeOn(connection: Connection, request: ExecuteRequest, onOutput: OutputListener): Promise<Execution> {
		const received = new ReceivedExecution(
			subjectOf(request, this.#host.hashes),
			onOutput,
			this.#host,
			connection,
			createBracketFilter(request.marker),
		);
		this.#running.add(received);
		connection.listen({
			onNotification: (notification) => received.receive(notification),
			onLost: (error) => {
				this.#all.delete(connection);
				received.fail(error);
			},
		});
		const control = new BaseControl(connection, received, this.#host, this.#options.cancelWaitMs);
		try {
			const { pid, pgid } = await this.#start(connection, request);
			void received.completed
				.then(
					() => control.isCanceled,
					() => true,
				)
				.then((isSpent) => this.#putBack(connection, received, isSpent));
			const { executionId } = request;
			const { commandSha256, completed } = received;
			return { executionId, pid, pgid, commandSha256, completed, control: (type) => control.send(type) };
		} catch (error) {
			received.fail(error);
			this.#putBack(connection, received, true);
			throw error;
		}
	}

	async #start(connection: Connection, request: ExecuteRequest) {
		const [first, second] = OUTER_SHELLS;
		const result = await connection
			.request('execute', { command: wrapCommand(request, first) })
			.catch((error: unknown) => {
				const isAboutShell = isAppError(error) && error.message.includes(`'${first}' is not allowed`);
				if (!isAboutShell) throw error;
				return connection.request('execute', { command: wrapCommand(request, second) });
			});
		return parseExecuteResult(result, connection);
	}

	/** A connection whose execution was canceled is spent: the first executor may think that it still runs, and closing ends it. */
	#putBack(connection: Connection, received: ReceivedExecution, isSpent: boolean): void {
		this.#running.delete(received);
		if (isSpent || this.#isClosed) {
			this.#all.delete(connection);
			void connection.close();
			return;
		}
		this.#forgetWhenLost(connection);
		this.#idle.push(connection);
	}

	#forgetWhenLost(connection: Connection): void {
		connection.listen({
			onNotification: () => {},
			onLost: () => {
				this.#all.delete(connection);
				const index = this.#idle.indexOf(connection);
				if (index !== -1) this.#idle.splice(index, 1);
			},
		});
	}
}

const closedError = (): AppError => new AppError('EXECUTOR_LOST', 'The client was closed');

class BaseControl {
	isCanceled = false;
	readonly #connection: Connection;
	readonly #received: ReceivedExecution;
	readonly #host: ClientHost;
	readonly #cancelWaitMs: number;
	#isPaused = false;

	constructor(connection: Connection, received: ReceivedExecution, host: ClientHost, cancelWaitMs: number) {
		this.#connection = connection;
		this.#received = received;
		this.#host = host;
		this.#cancelWaitMs = cancelWaitMs;
	}

	async send(type: 'PAUSE' | 'RESUME' | 'CANCEL'): Promise<void> {
		if (this.#received.isEnded) return;
		// The first executor sends TERM to a stopped group and leaves it stopped.
		if (type === 'CANCEL' && this.#isPaused) await this.send('RESUME');
		await this.#connection.request('control', { type }).catch((error: unknown) => {
			// It ended while the request was on its way.
			if (!isAppError(error) || !/No process|not found/.test(error.message)) throw error;
		});
		this.#isPaused = type === 'PAUSE';
		if (type === 'CANCEL') this.#cancel();
	}

	/** The first executor tells no end of what it canceled; closing the connection makes it kill what is left. */
	#cancel(): void {
		if (this.isCanceled) return;
		this.isCanceled = true;
		const stop = this.#host.clock.schedule(() => {
			this.#received.giveUp();
		}, this.#cancelWaitMs);
		this.#received.completed.then(stop, stop);
	}
}
