import { AppError, isAppError } from '../core/errors.ts';
import type { ExecutionId } from '../core/ids.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import type { ExecuteRequest, Execution, ExecutorClient } from './client.ts';
import type { Connection } from './connection.ts';
import { describeServer } from './describe-server.ts';
import { parseExecuteResult } from './parse-execute-result.ts';
import { type ClientHost, type OutputListener, ReceivedExecution } from './received-execution.ts';

/** A client of an executor that has `multiplex` and `marker`: one connection for everything. */
export class MultiplexClient implements ExecutorClient {
	readonly server: ExecutorClient['server'];
	readonly #connection: Connection;
	readonly #host: ClientHost;
	readonly #running = new Map<string, ReceivedExecution>();
	readonly #channels = new Map<number, ReceivedExecution>();
	#lastChannel = 0;
	#pauses = 0;

	constructor(connection: Connection, host: ClientHost) {
		this.server = describeServer(connection);
		this.#connection = connection;
		this.#host = host;
		connection.listen({
			onNotification: (notification) => this.#route(notification),
			onOutput: ({ channel, stream, bytes, seq }) =>
				// A view: the bytes are those of the message.
				this.#channels
					.get(channel)
					?.receiveOutput(stream, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), seq),
			onLost: (error) => this.#lose(error),
		});
	}

	async execute(request: ExecuteRequest, onOutput: OutputListener): Promise<Execution> {
		const { executionId, command, marker, cwd, env, shell, stdin } = request;
		if (this.#running.has(executionId)) throw new TypeError(`Execution ${executionId} runs already`);
		const received = new ReceivedExecution(request, onOutput, this.#host, {
			pause: () => this.#hold(1),
			resume: () => this.#hold(-1),
		});
		// Before the request: its first messages may come in one breath with the answer.
		this.#running.set(executionId, received);
		const channel = this.server.capabilities.has('binary') ? this.#openChannel(received) : undefined;
		const params = { command, execution_id: executionId, marker, cwd, env, shell, stdin, output_channel: channel };
		const result = await this.#connection.request('execute', params).catch((error: unknown) => {
			received.fail(error);
			this.#forget(executionId, received);
			throw error;
		});
		const { pid, pgid } = parseExecuteResult(result, this.#connection);
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
		await this.#connection.close();
	}

	async #control(received: ReceivedExecution, id: ExecutionId, type: 'PAUSE' | 'RESUME' | 'CANCEL'): Promise<void> {
		if (received.isEnded) return;
		await this.#connection.request('control', { type, execution_id: id }).catch((error: unknown) => {
			// It ended while the request was on its way.
			if (!isAppError(error) || error.data.name !== 'NO_PROCESS') throw error;
		});
	}

	#route(notification: ServerNotification): void {
		const { params } = notification;
		const id = 'execution_id' in params ? params.execution_id : null;
		if (id == null) return;
		const received = this.#running.get(id);
		received?.receive(notification);
		if (received?.isEnded) this.#forget(id, received);
	}

	#lose(error: AppError): void {
		for (const received of this.#running.values()) received.fail(error);
		this.#running.clear();
		this.#channels.clear();
	}

	#openChannel(received: ReceivedExecution): number {
		this.#lastChannel = (this.#lastChannel + 1) % 2 ** 32;
		this.#channels.set(this.#lastChannel, received);
		return this.#lastChannel;
	}

	#forget(id: string, received: ReceivedExecution): void {
		this.#running.delete(id);
		for (const [channel, owner] of this.#channels) if (owner === received) this.#channels.delete(channel);
	}

	#hold(change: 1 | -1): void {
		this.#pauses += change;
		if (this.#pauses === 0) this.#connection.resume();
		else if (this.#pauses === 1 && change === 1) this.#connection.pause();
	}
}
