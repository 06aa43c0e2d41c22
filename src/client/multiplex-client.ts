import { AppError, isAppError } from '../core/errors.ts';
import type { ExecutionId } from '../core/ids.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import type { OutputFrame } from '../protocol/output-frame.ts';
import type { ReconnectPolicy } from './backoff.ts';
import type { ExecuteRequest, Execution, ExecutionStatus, ExecutorClient } from './client.ts';
import type { Connection } from './connection.ts';
import { describeServer } from './describe-server.ts';
import { Link } from './link.ts';
import { noLeases } from './no-leases.ts';
import { parseExecuteResult } from './parse-execute-result.ts';
import { parseList, parseStatus } from './parse-status.ts';
import {
	type ClientHost,
	type OutputListener,
	ReceivedExecution,
	type ReceivedSubject,
	subjectOf,
} from './received-execution.ts';

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
	/** It outlives its connection, and runs only so far ahead of what we acknowledge. */
	readonly isLeased: boolean;
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
		const { executionId, command, marker, subject, cwd, env, shell, stdin, timeoutMs, stallMs } = request;
		const running = this.#open(subjectOf(request, this.#host.hashes), onOutput, this.#leaseMs !== null);
		const result = await this.#link
			.request('execute', {
				command,
				execution_id: executionId,
				marker,
				subject,
				cwd,
				env,
				shell,
				stdin,
				output_channel: running.channel,
				timeout_ms: timeoutMs,
				stall_ms: stallMs,
				lease_ms: this.#leaseMs ?? undefined,
			})
			.catch((error: unknown) => this.#giveUp(running, error));
		running.isStarted = true;
		return this.#present(running, parseExecuteResult(result, this.#link));
	}

	async attach(executionId: ExecutionId, afterSeq: number | null, onOutput: OutputListener): Promise<Execution> {
		const { commandSha256, pid, pgid } = await this.status(executionId);
		const subject = { executionId, commandSha256, marker: null, cwd: null, lastSeq: afterSeq ?? -1 };
		const running = this.#open(subject, onOutput, true);
		await this.#link
			.request('attach', { execution_id: executionId, after_seq: afterSeq, output_channel: running.channel })
			.catch((error: unknown) => this.#giveUp(running, error));
		running.isStarted = true;
		return this.#present(running, { pid, pgid });
	}

	async list(): Promise<readonly ExecutionStatus[]> {
		this.#assertLeases();
		return parseList(await this.#link.request('list', {}), this.#link);
	}

	async status(executionId: ExecutionId): Promise<ExecutionStatus> {
		this.#assertLeases();
		return parseStatus(await this.#link.request('status', { execution_id: executionId }), this.#link);
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

	#assertLeases(): void {
		if (!this.server.capabilities.has('attach')) throw noLeases();
	}

	/** Called before the request: its first messages may come in one breath with the answer. */
	#open(subject: ReceivedSubject, onOutput: OutputListener, isLeased: boolean): Running {
		const { executionId, lastSeq = -1 } = subject;
		if (this.#running.has(executionId)) throw new TypeError(`Execution ${executionId} runs already`);
		const received = new ReceivedExecution(subject, onOutput, this.#host, {
			pause: () => this.#hold(running, 1),
			resume: () => this.#hold(running, -1),
		});
		const hasChannel = this.server.capabilities.has('binary');
		if (hasChannel) this.#lastChannel = (this.#lastChannel + 1) % 2 ** 32;
		const channel = hasChannel ? this.#lastChannel : undefined;
		const counts = { holds: 0, ackedBytes: 0, ackedSeq: lastSeq };
		const running: Running = { received, channel, isLeased, isStarted: false, ...counts };
		this.#running.set(executionId, running);
		if (channel !== undefined) this.#channels.set(channel, running);
		return running;
	}

	#giveUp({ received }: Running, error: unknown): never {
		received.fail(error);
		this.#forget(received.executionId);
		throw error;
	}

	#present({ received }: Running, { pid, pgid }: Pick<Execution, 'pid' | 'pgid'>): Execution {
		const { executionId, commandSha256, completed } = received;
		const control: Execution['control'] = (type) => this.#control(received, executionId, type);
		return { executionId, pid, pgid, commandSha256, completed, control };
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
		if (!running.isLeased) return;
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
		// Before the first message nothing was acknowledged: all that is kept is what is missing.
		const afterSeq = received.lastSeq === -1 ? null : received.lastSeq;
		const params = { execution_id: id, after_seq: afterSeq, output_channel: channel };
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
		if (running.isLeased) {
			if (running.holds === 0 && !running.received.isEnded) this.#ack(running.received.executionId, running);
			return;
		}
		this.#pauses += change;
		if (this.#pauses === 0) this.#link.resume();
		else if (this.#pauses === 1 && change === 1) this.#link.pause();
	}
}
