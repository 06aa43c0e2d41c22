import { resolve } from 'node:path';
import { createExecutionId, type ExecutionId } from '../core/ids.ts';
import type { Random } from '../core/ports.ts';
import type { Call } from '../protocol/decode-request.ts';
import type { ExecutionStatus, MethodParams } from '../protocol/messages.ts';
import { createRpcError, type RpcError } from '../protocol/rpc.ts';
import type { ExecutionListener } from './delivery.ts';
import { Execution } from './execution.ts';
import type { ExecutionHost, ExecutionSpec } from './execution-spec.ts';
import type { Executions, KnownExecution } from './executions.ts';
import type { ExecutorGuard, Peer } from './hooks.ts';
import { FRESH_MEMORY, type MessageMemory } from './message-memory.ts';
import type { Outbox } from './outbox.ts';
import type { ExecutorSettings } from './settings.ts';
import { createTeller } from './tell-output.ts';

/** What a desk needs of its executor. */
export interface DeskHost extends ExecutionHost {
	readonly random: Random;
	readonly executions: Executions;
	/** For what leaves this process. */
	readonly messageMemory: MessageMemory;
	readonly guard?: ExecutorGuard;
	/** True once the executor takes no new work. */
	readonly isClosing: () => boolean;
}

/** What a request came to, and what follows once its answer is sent. */
export interface Served {
	readonly result: Readonly<Record<string, unknown>>;
	readonly afterwards?: () => void;
}

type Outcome = Served | RpcError;

/** Serves the requests of one connection, and knows the executions that it hears of. */
export class ExecutionDesk {
	readonly #host: DeskHost;
	readonly #settings: ExecutorSettings;
	readonly #peer: Peer;
	readonly #outbox: Outbox;
	readonly #heard = new Map<ExecutionId, { readonly execution: Execution; readonly listener: ExecutionListener }>();
	#unnamed: ExecutionId | null = null;
	#isFinishing = false;

	constructor(peer: Peer, outbox: Outbox, host: DeskHost, settings: ExecutorSettings) {
		this.#peer = peer;
		this.#outbox = outbox;
		this.#host = host;
		this.#settings = settings;
	}

	/** No execution is told to this connection. */
	get isIdle(): boolean {
		return this.#heard.size === 0;
	}

	/** Output of an execution waits for this connection. */
	get isHeld(): boolean {
		return [...this.#heard.values()].some(({ execution }) => execution.isHeld);
	}

	/** @throws {AppError} `SPAWN_FAILED`. */
	async serve(call: Call): Promise<Outcome> {
		switch (call.method) {
			case 'execute':
				return this.#execute(call.params);
			case 'control':
				return this.#control(call.params);
			case 'attach':
				return this.#attach(call.params);
			case 'ack':
				return this.#ack(call.params);
			case 'status':
				return this.#status(call.params);
			case 'list':
				return { result: { executions: this.#list() } };
			case 'hook_status':
				return { result: { enabled: false, message: 'Hook integration not initialized' } };
			case 'pong':
				return { result: {} };
		}
	}

	/** The connection is full, or has room again. */
	onRoom(): void {
		for (const { execution } of [...this.#heard.values()]) execution.onRoom();
	}

	/** Starts nothing from now on. */
	refuseMore(): void {
		this.#isFinishing = true;
	}

	/** Ends what runs; the client hears of each end. */
	async finish(): Promise<void> {
		await Promise.all(
			[...this.#heard.values()].map(({ execution }) => execution.end('executor').then(() => execution.ended)),
		);
	}

	/** Nobody listens any more: what has no lease is ended. Settles when nobody of that is left. */
	async leave(): Promise<void> {
		const executions = [...this.#heard.values()].map(({ execution }) => execution);
		this.#heard.clear();
		for (const execution of executions) execution.detach();
		await Promise.all(executions.flatMap(({ leaseMs, ended }) => (leaseMs === 0 ? ended : [])));
	}

	async #execute(params: MethodParams<'execute'>): Promise<Outcome> {
		if (params.command.trim() === '') return createRpcError('COMMAND_REFUSED', 'Command cannot be empty');
		const isUnnamed = params.execution_id == null;
		const executionId = (params.execution_id ?? createExecutionId(this.#host.clock, this.#host.random)) as ExecutionId;
		const requestSha256 = this.#host.hashes.sha256(digestible(params));
		const repeated = isUnnamed ? null : await this.#repeat(executionId, requestSha256, params.output_channel ?? null);
		if (repeated) return repeated;
		const spec = this.#specOf(params, executionId);
		const refusal = this.#refusalOf(params, spec);
		if (refusal) return refusal;
		const { guard, executions } = this.#host;
		const guarded = guard ? { ...spec, group: guard.wrap(spec.group) } : spec;
		const execution = await executions.start(executionId, requestSha256, () =>
			Execution.start(guarded, this.#host, this.#settings),
		);
		if (isUnnamed) this.#unnamed = executionId;
		const listener = this.#hear(execution, params.output_channel ?? null);
		return { result: startedResult(execution.status), afterwards: () => execution.begin(listener) };
	}

	/** @returns `null` when the name is new. */
	async #repeat(id: ExecutionId, requestSha256: string, channel: number | null): Promise<Outcome | null> {
		let known = this.#host.executions.find(id);
		while (known?.kind === 'starting') {
			await known.settled;
			known = this.#host.executions.find(id);
		}
		if (!known) return null;
		const refuse = (why: string): RpcError =>
			createRpcError('RPC_INVALID_PARAMS', `Execution ${id} was started before${why}`, { path: 'execution_id' });
		if (known.requestSha256 !== requestSha256) return refuse(', and was asked for differently');
		const end = endOf(known);
		if (end || known.kind !== 'live') {
			if (!end) return refuse(', and its end is forgotten');
			return { result: { ...startedResult(end), attached: true }, afterwards: () => this.#tellEnd(end) };
		}
		const { execution } = known;
		const result = { ...startedResult(execution.status), attached: true };
		if (this.#heard.has(id)) return { result };
		if (execution.leaseMs === 0) return refuse(', without a lease, by another connection');
		if (!execution.isOpen) return refuse(', and its lease is over');
		return {
			result,
			afterwards: () => execution.attach(this.#hear(execution, channel), execution.firstSeq, true),
		};
	}

	#refusalOf({ lease_ms, overflow, execution_id }: MethodParams<'execute'>, spec: ExecutionSpec): RpcError | null {
		const { maxExecutionsPerSession, maxLeases } = this.#settings;
		if (this.#isFinishing || this.#host.isClosing()) {
			return createRpcError('COMMAND_REFUSED', 'The executor is closing');
		}
		if (execution_id == null && this.#unnamed !== null) {
			return createRpcError('RPC_INVALID_PARAMS', 'A process is already running');
		}
		if (lease_ms && (execution_id == null || overflow === 'drop-oldest')) {
			const message = 'Invalid params: lease_ms: A lease needs an execution_id, and an overflow that drops nothing';
			return createRpcError('RPC_INVALID_PARAMS', message, { path: 'lease_ms' });
		}
		if (this.#heard.size >= maxExecutionsPerSession) {
			const message = `Execution limit exceeded: ${maxExecutionsPerSession} run on this connection`;
			return createRpcError('SESSION_LIMIT', message);
		}
		if (spec.leaseMs > 0 && this.#host.executions.leased >= maxLeases) {
			return createRpcError('SESSION_LIMIT', `Lease limit exceeded: ${maxLeases} executions have one`);
		}
		return this.#askGuard(spec);
	}

	#askGuard({ executionId, command, group }: ExecutionSpec): RpcError | null {
		const { guard, observer, hashes } = this.#host;
		const reason = guard?.refuse({ executionId, group, peer: this.#peer }) ?? null;
		if (reason === null) return null;
		observer?.executionRefused({ executionId, commandSha256: hashes.sha256(command), peer: this.#peer, reason });
		return createRpcError('COMMAND_REFUSED', reason);
	}

	#specOf(params: MethodParams<'execute'>, executionId: ExecutionId): ExecutionSpec {
		const { shell, cwd, env, maxLeaseMs } = this.#settings;
		const marker = params.marker ?? null;
		return {
			executionId,
			marker,
			subject: params.subject ?? null,
			command: params.command,
			peer: this.#peer,
			timeoutMs: params.timeout_ms ?? 0,
			stallMs: stallMsOf(params, this.#settings.stallMs),
			leaseMs: Math.min(params.lease_ms ?? 0, maxLeaseMs),
			overflow: params.overflow ?? 'block',
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

	async #control({ type, execution_id: id }: MethodParams<'control'>): Promise<Outcome> {
		const name = (id ?? this.#unnamed) as ExecutionId | null;
		const execution = name === null ? undefined : this.#heard.get(name)?.execution;
		if (!execution) {
			const hasEnded = name !== null && this.#host.executions.find(name)?.kind === 'over';
			const why = hasEnded ? `Execution ${id} has ended` : `No process of execution ${id} is running`;
			return createRpcError('NO_PROCESS', id == null ? 'No process is running' : why);
		}
		const status = ({ PAUSE: 'paused', RESUME: 'resumed', CANCEL: 'canceled' } as const)[type];
		const isDone =
			type === 'CANCEL' ? await execution.end('cancel') : execution.signal(type === 'PAUSE' ? 'SIGSTOP' : 'SIGCONT');
		if (!isDone) return createRpcError('NO_PROCESS', `Process group ${execution.pgid} not found`);
		return { result: { status, execution_id: execution.executionId }, afterwards: () => execution.announce(status) };
	}

	#attach({ execution_id, after_seq, output_channel }: MethodParams<'attach'>): Outcome {
		const id = execution_id as ExecutionId;
		const known = this.#host.executions.find(id);
		// Once its lease is over nothing is kept for anybody: whoever came then would wait for an end that is never told.
		const execution = known?.kind === 'live' && known.execution.isOpen ? known.execution : null;
		const status = execution?.status ?? (known?.kind === 'over' ? known.end : null);
		if (!status)
			return createRpcError(
				'NO_PROCESS',
				`No execution ${id} to attach to: it is not known, has no lease, or its lease is over`,
			);
		const firstSeq = execution?.firstSeq ?? status.last_seq + 1;
		const fromSeq = after_seq == null ? firstSeq : after_seq + 1;
		if (fromSeq < firstSeq || fromSeq > status.last_seq + 1) {
			const reason = fromSeq < firstSeq ? `The first message that is kept is ${firstSeq}` : 'No such message was told';
			const data = { path: 'after_seq', reason, first_seq: firstSeq };
			return createRpcError('RPC_INVALID_PARAMS', `Invalid params: after_seq: ${reason}`, data);
		}
		return {
			result: { ...status, attached: true, status: 'attached' },
			afterwards: () => {
				if (execution) execution.attach(this.#hear(execution, output_channel ?? null), fromSeq, false);
				else this.#tellEnd(status);
			},
		};
	}

	#ack({ execution_id, seq }: MethodParams<'ack'>): Outcome {
		this.#heard.get(execution_id as ExecutionId)?.execution.ack(seq);
		return { result: {} };
	}

	#status({ execution_id }: MethodParams<'status'>): Outcome {
		const known = this.#host.executions.find(execution_id as ExecutionId);
		const status = known?.kind === 'live' ? known.execution.status : known?.kind === 'over' ? known.end : null;
		return status ? { result: status } : createRpcError('NO_PROCESS', `No execution ${execution_id} is known`);
	}

	#list(): readonly ExecutionStatus[] {
		const mayHear = (execution: Execution): boolean => execution.leaseMs > 0 || this.#heard.has(execution.executionId);
		return [...this.#host.executions.live].filter(mayHear).map(({ status }) => status);
	}

	/** From now on this connection is the one that hears of the execution. */
	#hear(execution: Execution, channel: number | null): ExecutionListener {
		const { executionId } = execution;
		const listener = createTeller(this.#outbox, {
			executionId,
			channel,
			// Who is inside this process gets the very bytes, and may look at them later.
			memory: this.#peer.address === 'private' ? FRESH_MEMORY : this.#host.messageMemory,
			onDetached: (why) => {
				// This connection may have attached once more, with another channel.
				if (this.#heard.get(executionId)?.listener !== listener) return;
				this.#heard.delete(executionId);
				if (this.#unnamed === executionId) this.#unnamed = null;
				if (why === 'taken') listener.notify({ method: 'process.detached', params: { execution_id: executionId } });
			},
		});
		this.#heard.set(executionId, { execution, listener });
		return listener;
	}

	#tellEnd({ completed }: ExecutionStatus): void {
		if (completed) this.#outbox.send({ jsonrpc: '2.0', method: 'process.completed', params: completed });
	}
}

/** @returns `null` while it is not over, and when it is forgotten. An execution with a lease is over once its output is acknowledged. */
function endOf(known: KnownExecution): ExecutionStatus | null {
	if (known.kind === 'over') return known.end;
	const status = known.kind === 'live' && known.execution.leaseMs === 0 ? known.execution.status : null;
	return status?.completed ? status : null;
}

const startedResult = ({ pid, pgid, execution_id, lease_ms }: ExecutionStatus) => ({
	status: 'started',
	pid,
	pgid,
	execution_id,
	...(lease_ms === 0 ? {} : { lease_ms }),
});

/** The first executor's later clients name the longest silence in seconds: who knows our limits means ours. */
function stallMsOf({ timeout, timeout_ms, stall_ms }: MethodParams<'execute'>, preset: number): number {
	if (stall_ms != null) return stall_ms;
	if (timeout_ms != null || timeout == null) return preset;
	return Math.ceil(timeout * 1000);
}

/** Two requests that ask for the same have the same. */
function digestible({ command, cwd, env, stdin, marker, shell, subject }: MethodParams<'execute'>): string {
	const variables = Object.entries(env ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
	return JSON.stringify([
		command,
		cwd ?? null,
		variables,
		stdin ?? null,
		marker ?? null,
		shell ?? null,
		subject ?? null,
	]);
}
