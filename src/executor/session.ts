import { resolve } from 'node:path';
import type { RawData, WebSocket } from 'ws';
import { isAppError } from '../core/errors.ts';
import { createExecutionId, type ExecutionId } from '../core/ids.ts';
import type { Random } from '../core/ports.ts';
import { type Call, decodeRequest, type Incoming } from '../protocol/decode-request.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { LIMITS, WIRE_VERSION } from '../protocol/limits.ts';
import type { MethodParams } from '../protocol/messages.ts';
import { createFailure, createResult, createRpcError, type RpcAnswer, type RpcError } from '../protocol/rpc.ts';
import { Execution, type ExecutionHost, type ExecutionSpec } from './execution.ts';
import type { Executions } from './executions.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { ExecutorSettings } from './settings.ts';
import { createTeller } from './tell-output.ts';

/** What a session needs of its executor. */
export interface SessionHost extends ExecutionHost {
	readonly random: Random;
	readonly executions: Executions;
}

/** Close code of RFC 6455 §7.4.1, for bugs of ours. */
const INTERNAL_ERROR = 1011;

/** An answer, and what follows once it is sent. */
interface Served {
	readonly answer: RpcAnswer | null;
	readonly afterwards?: () => void;
}

type Result = { readonly result: Readonly<Record<string, unknown>>; readonly afterwards?: () => void };

/** One connection of a client: serves its requests one after the other, and ends its executions with it. */
export class Session {
	/** Settles when the socket is closed and nothing of its executions is left. */
	readonly closed: Promise<void>;
	readonly #socket: WebSocket;
	readonly #host: SessionHost;
	readonly #settings: ExecutorSettings;
	readonly #outbox: Outbox;
	readonly #executions = new Map<ExecutionId, Execution>();
	#unnamed: ExecutionId | null = null;
	#queue: Promise<void> = Promise.resolve();
	#queued = 0;
	#isOpen = true;
	#isFinishing = false;
	/** The output of our executions is not read. */
	#isHeld = false;
	/** The socket is not read. */
	#isDeaf = false;

	constructor(id: string, socket: WebSocket, host: SessionHost, settings: ExecutorSettings) {
		this.#socket = socket;
		this.#host = host;
		this.#settings = settings;
		this.#outbox = createOutbox(socket, settings, () => this.#balance());
		this.closed = new Promise((settle) => {
			socket.once('close', () => settle(this.#end()));
		});
		socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
		// Oversized frames, broken UTF-8 and resets: ws closes the socket with the right code by itself.
		socket.on('error', () => {});
		const greeting: ServerNotification = {
			method: 'connected',
			params: { session_id: id, version: WIRE_VERSION, capabilities: [...settings.capabilities] },
		};
		this.#outbox.send({ jsonrpc: '2.0', ...greeting });
	}

	/** The client reads slower than its executions print. */
	get isHeld(): boolean {
		return this.#isHeld;
	}

	/** Ends what runs and starts nothing more; the client hears of each end. */
	async finish(): Promise<void> {
		this.#isFinishing = true;
		await this.#queue;
		await Promise.all(
			[...this.#executions.values()].map((execution) => execution.cancel().then(() => execution.ended)),
		);
	}

	#receive(data: RawData, isBinary: boolean): void {
		this.#queued += 1;
		this.#balance();
		this.#queue = this.#queue
			.then(() => this.#serve(data, isBinary))
			.catch(() => this.#socket.close(INTERNAL_ERROR))
			.then(() => {
				this.#queued -= 1;
				this.#balance();
			});
	}

	/** A slow reader makes its commands wait; a fast writer, or one who reads no answers, is not read. */
	#balance(): void {
		const { isFull } = this.#outbox;
		if (isFull !== this.#isHeld) {
			this.#isHeld = isFull;
			for (const execution of this.#executions.values()) {
				if (isFull) execution.hold();
				else execution.release();
			}
		}
		const isDeaf = isFull || this.#queued > LIMITS.queuedRequests;
		if (isDeaf === this.#isDeaf) return;
		this.#isDeaf = isDeaf;
		if (isDeaf) this.#socket.pause();
		else this.#socket.resume();
	}

	async #serve(data: RawData, isBinary: boolean): Promise<void> {
		if (!this.#isOpen) return;
		if (isBinary) {
			const message = 'Invalid request: binary messages are not served, send text';
			this.#outbox.send(createFailure(null, createRpcError('RPC_INVALID_REQUEST', message)));
			return;
		}
		const decoded = decodeRequest(String(data));
		const messages = decoded.kind === 'single' ? [decoded.message] : decoded.messages;
		const served: Served[] = [];
		for (const message of messages) served.push(await this.#handle(message));
		const answers = served.flatMap(({ answer }) => answer ?? []);
		if (decoded.kind === 'batch' && answers.length > 0) this.#outbox.send(answers);
		else for (const answer of answers) this.#outbox.send(answer);
		for (const { afterwards } of served) afterwards?.();
	}

	async #handle(message: Incoming): Promise<Served> {
		if (message.kind === 'nothing') return { answer: null };
		if (message.kind === 'answer') return { answer: message.answer };
		const { call } = message;
		const outcome = await this.#call(call).catch(toRpcError);
		if (outcome === null) return { answer: null };
		if ('code' in outcome) return { answer: createFailure(call.id, outcome) };
		return { answer: createResult(call.id, outcome.result), ...pickAfterwards(outcome) };
	}

	async #call(call: Call): Promise<Result | RpcError | null> {
		switch (call.method) {
			case 'execute':
				return this.#execute(call.params);
			case 'control':
				return this.#control(call.params);
			case 'hook_status':
				return { result: { enabled: false, message: 'Hook integration not initialized' } };
			case 'pong':
				return null;
			default:
				return createRpcError('RPC_UNKNOWN_METHOD', `Unknown method: ${call.method}`);
		}
	}

	async #execute(params: MethodParams<'execute'>): Promise<Result | RpcError> {
		if (params.command.trim() === '') return createRpcError('COMMAND_REFUSED', 'Command cannot be empty');
		if (this.#isFinishing) return createRpcError('COMMAND_REFUSED', 'The executor is closing');
		const isUnnamed = params.execution_id == null;
		if (isUnnamed && this.#unnamed !== null) {
			return createRpcError('RPC_INVALID_PARAMS', 'A process is already running');
		}
		const limit = this.#settings.maxExecutionsPerSession;
		if (this.#executions.size >= limit) {
			return createRpcError('SESSION_LIMIT', `Execution limit exceeded: ${limit} run on this connection`);
		}
		const executionId = (params.execution_id ?? createExecutionId(this.#host.clock, this.#host.random)) as ExecutionId;
		if (!this.#host.executions.reserve(executionId)) {
			return createRpcError('RPC_INVALID_PARAMS', `Execution ${executionId} was started before`);
		}
		const execution = await this.#start(this.#specOf(params, executionId));
		if (isUnnamed) this.#unnamed = executionId;
		const { pid, pgid } = execution;
		return {
			result: { status: 'started', pid, pgid, execution_id: executionId },
			afterwards: () => execution.begin(createTeller(execution, this.#outbox, params.output_channel ?? null)),
		};
	}

	async #start(spec: ExecutionSpec): Promise<Execution> {
		const { executions } = this.#host;
		const { executionId } = spec;
		const execution = await Execution.start(spec, this.#host, this.#settings).catch((error: unknown) => {
			executions.release(executionId);
			throw error;
		});
		executions.add(execution);
		this.#executions.set(executionId, execution);
		void execution.ended.then(() => {
			this.#executions.delete(executionId);
			if (this.#unnamed === executionId) this.#unnamed = null;
		});
		if (this.#isHeld) execution.hold();
		return execution;
	}

	#specOf(params: MethodParams<'execute'>, executionId: ExecutionId): ExecutionSpec {
		const { shell, cwd, env } = this.#settings;
		const marker = params.marker ?? null;
		return {
			executionId,
			marker,
			group: {
				command: params.command,
				shell: params.shell ?? shell,
				cwd: resolve(cwd, params.cwd ?? '.'),
				env: {
					...env,
					...params.env,
					VERIFY_EXECUTION_ID: executionId,
					...(marker === null ? {} : { VERIFY_MARKER: marker }),
				},
				...(params.stdin == null ? {} : { stdin: params.stdin }),
			},
		};
	}

	async #control({ type, execution_id: id }: MethodParams<'control'>): Promise<Result | RpcError> {
		const name = id ?? this.#unnamed;
		const execution = name === null ? undefined : this.#executions.get(name as ExecutionId);
		if (!execution) {
			return createRpcError(
				'NO_PROCESS',
				id == null ? 'No process is running' : `No process of execution ${id} is running`,
			);
		}
		const status = ({ PAUSE: 'paused', RESUME: 'resumed', CANCEL: 'canceled' } as const)[type];
		const isDone =
			type === 'CANCEL' ? await execution.cancel() : execution.signal(type === 'PAUSE' ? 'SIGSTOP' : 'SIGCONT');
		if (!isDone) {
			return createRpcError('NO_PROCESS', `Process group ${execution.pgid} not found`);
		}
		return { result: { status, execution_id: execution.executionId }, afterwards: () => execution.announce(status) };
	}

	/** Nobody listens any more: nothing of this connection may run on. */
	async #end(): Promise<void> {
		this.#isOpen = false;
		// A request in work may still start something.
		await this.#queue;
		await Promise.all([...this.#executions.values()].map(endExecution));
	}
}

async function endExecution(execution: Execution): Promise<void> {
	execution.mute();
	await execution.cancel();
	await execution.ended;
}

const pickAfterwards = ({ afterwards }: Result): Pick<Served, 'afterwards'> => (afterwards ? { afterwards } : {});

/** Nothing that goes wrong in one request may end the connection. */
function toRpcError(error: unknown): RpcError {
	const message = error instanceof Error ? error.message : String(error);
	const code = isAppError(error) && error.code === 'SPAWN_FAILED' ? 'SPAWN_FAILED' : 'BROKEN_INVARIANT';
	return createRpcError(code, message, isAppError(error) ? { ...error.data } : {});
}
