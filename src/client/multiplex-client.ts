import { AppError, isAppError } from '../core/errors.ts';
import type { ExecutionId } from '../core/ids.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import type { OutputFrame } from '../protocol/output-frame.ts';
import type { ReconnectPolicy } from './backoff.ts';
import type { ExecuteRequest, Execution, ExecutorClient } from './client.ts';
import type { Connection } from './connection.ts';
import { describeServer } from './describe-server.ts';
import { Link } from './link.ts';
import { parseExecuteResult } from './parse-execute-result.ts';
import { type ClientHost, type OutputListener, ReceivedExecution } from './received-execution.ts';

/** How a client treats an executor that can do everything. */
export interface MultiplexClientOptions {
	/** Opens one more connection to the same executor. */
	readonly open: (signal: AbortSignal) => Promise<Connection>;
	/** `null`: what runs is lost with the connection. */
	readonly policy: ReconnectPolicy | null;
}

/** One execution of ours, as the wire knows it. */
interface Running {
	readonly received: ReceivedExecution;
	readonly channel: number | undefined;
	/** The executor answered: after a loss it is attached to, not asked again. */
	isStarted: boolean;
	/** Pieces of output that the listener has not dealt with. */
	holds: number;
	ackedBytes: number;
	ackedSeq: number;
}

/** How often we acknowledge. */
const ACK_BYTES = 128 * 1024;
const ACK_MESSAGES = 256;

/** A client of an executor that has `multiplex` and `marker`: one connection for everything, replaced where it may be lost. */
export class MultiplexClient implements ExecutorClient {
	readonly server: ExecutorClient['server'];
	readonly #link: Link;
	readonly #host: ClientHost;
	/** What is asked for each execution; `null` where nothing outlives its connection. */
	readonly #leaseMs: number | null;
	readonly #running = new Map<string, Running>();
	readonly #channels = new Map<number, Running>();
	#lastChannel = 0;
	#pauses = 0;

	constructor(connection: Connection, host: ClientHost, { open, policy }: MultiplexClientOptions) {
		this.server = describeServer(connection);
		this.#host = host;
		const canAttach = policy !== null && this.server.capabilities.has('attach');
		this.#leaseMs = canAttach ? policy.leaseMs : null;
		this.#link = new Link(connection, { clock: host.clock, open, policy: canAttach ? policy : null });
		this.#link.listen({
			onNotification: (notification) => this.#route(notification),
			onOutput: (frame) => this.#receive(frame),
			onLost: (error) => this.#lose(error),
			onReconnected: (next) => this.#attachAll(next),
		});
	}

	async execute(request: ExecuteRequest, onOutput: OutputListener): Promise<Execution> {
		const { executionId, command, marker, cwd, env, shell, stdin, timeoutMs, stallMs } = request;
		if (this.#running.has(executionId)) throw new TypeError(`Execution ${executionId} runs already`);
		const running = this.#open(request, onOutput);
		const { received } = running;
		// Before the request: its first messages may come in one breath with the answer.
		this.#running.set(executionId, running);
		const result = await this.#link
			.request('execute', {
				command,
				execution_id: executionId,
				marker,
				cwd,
				env,
				shell,
				stdin,
				output_channel: running.channel,
				timeout_ms: timeoutMs,
				stall_ms: stallMs,
				lease_ms: this.#leaseMs ?? undefined,
			})
			.catch((error: unknown) => {
				received.fail(error);
				this.#forget(executionId);
				throw error;
			});
		running.isStarted = true;
		const { pid, pgid } = parseExecuteResult(result, this.#link);
		return {
			executionId,
			pid,
			pgid,
			commandSha256: received.commandSha256,
			completed: received.completed,
			control: (type) => this.#control(received, executionId, type),
		};
	}

	async close(): Promise<void> {
		this.#lose(new AppError('EXECUTOR_LOST', 'The client was closed'));
		await this.#link.close();
	}

	async #control(received: ReceivedExecution, id: ExecutionId, type: 'PAUSE' | 'RESUME' | 'CANCEL'): Promise<void> {
		if (received.isEnded) return;
		await this.#link.request('control', { type, execution_id: id }).catch((error: unknown) => {
			// It ended while the request was on its way.
			if (!isAppError(error) || error.data.name !== 'NO_PROCESS') throw error;
		});
	}

	#open(request: ExecuteRequest, onOutput: OutputListener): Running {
		const received = new ReceivedExecution(request, onOutput, this.#host, {
			pause: () => this.#hold(running, 1),
			resume: () => this.#hold(running, -1),
		});
		const hasChannel = this.server.capabilities.has('binary');
		if (hasChannel) this.#lastChannel = (this.#lastChannel + 1) % 2 ** 32;
		const channel = hasChannel ? this.#lastChannel : undefined;
		const running: Running = { received, channel, isStarted: false, holds: 0, ackedBytes: 0, ackedSeq: -1 };
		if (channel !== undefined) this.#channels.set(channel, running);
		return running;
	}

	#route(notification: ServerNotification): void {
		const { params } = notification;
		const id = 'execution_id' in params ? params.execution_id : null;
		const running = id == null ? undefined : this.#running.get(id);
		if (id == null || !running) return;
		running.received.receive(notification);
		if (running.received.isEnded) {
			this.#ack(id, running, true);
			this.#forget(id);
		} else if (notification.method === 'process.output') this.#ack(id, running);
	}

	#receive({ channel, stream, bytes, seq }: OutputFrame): void {
		const running = this.#channels.get(channel);
		// A view: the bytes are those of the message.
		running?.received.receiveOutput(stream, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), seq);
		if (running) this.#ack(running.received.executionId, running);
	}

	/** Lets the executor forget what need not be told again, and run on: it stays at most 2 MiB ahead of what we acknowledge. */
	#ack(id: string, running: Running, isLast = false): void {
		if (this.#leaseMs === null) return;
		const { lastSeq, receivedBytes } = running.received;
		const isDue = receivedBytes - running.ackedBytes >= ACK_BYTES || lastSeq - running.ackedSeq >= ACK_MESSAGES;
		if (!isLast && (running.holds > 0 || !isDue)) return;
		running.ackedBytes = receivedBytes;
		running.ackedSeq = lastSeq;
		this.#link.tell('ack', { execution_id: id, seq: lastSeq });
	}

	async #attachAll(connection: Connection): Promise<void> {
		const started = [...this.#running].filter(([, { isStarted, received }]) => isStarted && !received.isEnded);
		await Promise.all(started.map(([id, running]) => this.#attach(connection, id, running)));
	}

	async #attach(connection: Connection, id: string, { received, channel }: Running): Promise<void> {
		const params = { execution_id: id, after_seq: received.lastSeq, output_channel: channel };
		await connection.request('attach', params).catch((error: unknown) => {
			if (!isAppError(error) || error.code !== 'EXECUTOR_REFUSED') throw error;
			const message = `The executor does not know the execution any more: ${error.message}`;
			received.fail(new AppError('EXECUTOR_LOST', message, { cause: error }));
			this.#forget(id);
		});
	}

	#lose(error: AppError): void {
		for (const { received } of this.#running.values()) received.fail(error);
		this.#running.clear();
		this.#channels.clear();
	}

	#forget(id: string): void {
		const running = this.#running.get(id);
		this.#running.delete(id);
		if (running?.channel !== undefined) this.#channels.delete(running.channel);
	}

	/** With a lease the executor waits for what we acknowledge; without one the whole connection waits. */
	#hold(running: Running, change: 1 | -1): void {
		running.holds += change;
		if (this.#leaseMs !== null) {
			if (running.holds === 0 && !running.received.isEnded) this.#ack(running.received.executionId, running);
			return;
		}
		this.#pauses += change;
		if (this.#pauses === 0) this.#link.resume();
		else if (this.#pauses === 1 && change === 1) this.#link.pause();
	}
}
