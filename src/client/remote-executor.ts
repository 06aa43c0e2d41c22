import { createExecutionId, createMarker, type ExecutionId, type Marker } from '../core/ids.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { Execution, ExecutionEnd, ExecutionStatus, ExecutorClient, OutputChunk } from './client.ts';
import { collectOutput } from './collect-output.ts';
import { OutputQueue } from './output-queue.ts';

/** How an execution is listened to; every value has a default. */
export interface ListenOptions {
	/** Ends the command. The promises reject with `signal.reason` once nothing of it is left. */
	readonly signal?: AbortSignal;
	/** Bytes of unread output from which on the command has to wait; default 1 MiB. */
	readonly highWaterBytes?: number;
}

/** How a command is run; every value has a default. */
export interface ExecuteOptions extends ListenOptions {
	/** Path on the executor's machine; default: the executor's own working directory. */
	readonly cwd?: string;
	/** Added to the executor's environment. */
	readonly env?: Readonly<Record<string, string>>;
	/** Written to standard input, which is then closed; default: nothing, closed at once. */
	readonly stdin?: string;
	/** Shell that gets the command as `shell -c command`; default: the executor's. */
	readonly shell?: string;
	/** Milliseconds after which the executor ends the command; default: never. */
	readonly timeoutMs?: number;
	/** Milliseconds without output after which the executor ends the command; default: never. */
	readonly stallMs?: number;
	/** Names the execution, up to 128 characters, never used before; default a UUIDv7. */
	readonly executionId?: string;
	/** Put into `$VERIFY_MARKER` and the executor's transcript; letters, digits and `_`; default a fresh one. */
	readonly marker?: string;
	/** What the command is about, at most 200 characters: an executor with `subject` signs it with the end. */
	readonly subject?: string;
}

/** How a command is run whose output is collected. */
export interface RunOptions extends ExecuteOptions {
	/** Bytes of output at most, of both streams; a command that prints more is ended. Default 64 MiB. */
	readonly maxOutputBytes?: number;
}

/** A command that runs on an executor. */
export interface RemoteExecution {
	readonly executionId: string;
	readonly pid: number | null;
	/**
	 * Both streams in the order the executor read them, for one reader. It has to be read: while more than `highWaterBytes` waits, the
	 * command waits too. Leaving the loop drops the rest and lets the command run on. Throws what `completed` rejects with.
	 */
	readonly output: AsyncIterableIterator<OutputChunk>;
	/**
	 * Settles when nothing of the command is left, whatever its exit code. Rejects with an `AppError`: `EXECUTOR_LOST` when the
	 * connection broke and there was no way back, `EXECUTOR_NONSENSE` when the executor broke the protocol; with the reason of an abort.
	 */
	readonly completed: Promise<ExecutionEnd>;
	/** Stops all its processes. Does nothing after the end. */
	pause(): Promise<void>;
	/** Lets them go on. */
	resume(): Promise<void>;
	/** Asks them to end, and kills them after the executor's grace; `completed` resolves then. */
	cancel(): Promise<void>;
}

/** How a command ended, and what it printed. */
export interface CommandResult extends ExecutionEnd {
	readonly stdout: string;
	readonly stderr: string;
}

/** An executor as programs use it. Whoever connected closes it, or lets `await using` do so. */
export interface RemoteExecutor extends AsyncDisposable {
	/** What the executor announced. */
	readonly server: ExecutorClient['server'];
	/**
	 * Starts a command; several at once are fine.
	 *
	 * @throws {AppError} `EXECUTOR_REFUSED`, `SPAWN_FAILED`, `EXECUTOR_LOST`, `EXECUTOR_NONSENSE`: nothing runs.
	 * @throws `signal.reason`, when aborted before; nothing runs.
	 */
	execute(command: string, options?: ExecuteOptions): Promise<RemoteExecution>;
	/**
	 * Runs a command to its end and collects what it prints.
	 *
	 * @returns Also for an exit code that is not 0.
	 * @throws {RangeError} It printed more than `maxOutputBytes`; nothing of it is left.
	 * @throws As `execute` and its `completed`.
	 */
	run(command: string, options?: RunOptions): Promise<CommandResult>;
	/**
	 * Goes on with an execution that has a lease: one of a client that reconnects, here or elsewhere. Whoever heard of it does no more: its
	 * `completed` rejects with `EXECUTOR_LOST`. What that client had received, read or not, may not be kept any more.
	 *
	 * @param afterSeq - `seq` of the last output that is not wanted again, -1: none; default: all that is kept is wanted.
	 * @throws {AppError} `EXECUTOR_REFUSED`: it is not known or has no lease, what is wanted is not kept any more, or this executor has no
	 *   leases; `EXECUTOR_LOST`, `EXECUTOR_NONSENSE`.
	 * @throws {TypeError} It runs here already.
	 * @throws `signal.reason`, when aborted before; the execution goes on.
	 */
	attach(executionId: string, afterSeq?: number, options?: ListenOptions): Promise<RemoteExecution>;
	/**
	 * Tells of all executions that have a lease or were started here, running ones and ended ones whose output nobody has received.
	 *
	 * @throws {AppError} `EXECUTOR_REFUSED`: this executor can't tell; `EXECUTOR_LOST`, `EXECUTOR_NONSENSE`.
	 */
	list(): Promise<readonly ExecutionStatus[]>;
	/**
	 * Tells of one execution; of the last 1,000 also how they ended.
	 *
	 * @throws {AppError} `EXECUTOR_REFUSED`: it is not known, or this executor can't tell; `EXECUTOR_LOST`, `EXECUTOR_NONSENSE`.
	 */
	status(executionId: string): Promise<ExecutionStatus>;
	/** Closes the connection; what runs ends on the executor, after its lease where it has one. May be called twice. */
	close(): Promise<void>;
}

/** What the library needs of the machine. */
export interface RemoteExecutorHost {
	readonly clock: Clock;
	readonly random: Random;
}

const HIGH_WATER_BYTES = 1024 * 1024;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Makes the executor that programs use of a client. */
export function createRemoteExecutor(client: ExecutorClient, { clock, random }: RemoteExecutorHost): RemoteExecutor {
	const execute: RemoteExecutor['execute'] = (command, { signal, highWaterBytes, executionId, marker, ...rest } = {}) =>
		listen({ signal, highWaterBytes }, (onOutput) => {
			const names = {
				executionId: (executionId ?? createExecutionId(clock, random)) as ExecutionId,
				marker: (marker ?? createMarker('client', clock, random)) as Marker,
			};
			return client.execute({ ...rest, ...names, command }, onOutput);
		});
	const close = (): Promise<void> => client.close();
	return {
		server: client.server,
		execute,
		run: async (command, { maxOutputBytes = MAX_OUTPUT_BYTES, ...options } = {}) =>
			collectOutput(await execute(command, options), maxOutputBytes),
		attach: (executionId, afterSeq, options = {}) =>
			listen(options, (onOutput) => client.attach(executionId as ExecutionId, afterSeq ?? null, onOutput)),
		list: () => client.list(),
		status: (executionId) => client.status(executionId as ExecutionId),
		close,
		[Symbol.asyncDispose]: close,
	};
}

/** @param start - Starts an execution, or attaches to one. */
async function listen(
	{ signal, highWaterBytes = HIGH_WATER_BYTES }: Unset<ListenOptions>,
	start: (onOutput: (chunk: OutputChunk) => void | Promise<void>) => Promise<Execution>,
): Promise<RemoteExecution> {
	signal?.throwIfAborted();
	const output = new OutputQueue(highWaterBytes);
	const execution = await start((chunk) => output.push(chunk));
	const cancel = (): Promise<void> => execution.control('CANCEL');
	const unlink = onAbort(signal, () => {
		// Nobody needs to read on for the command to end.
		output.discard();
		// A connection that breaks now is told by `completed`.
		cancel().catch(() => {});
	});
	const completed = execution.completed.finally(unlink).then((end) => {
		if (signal?.aborted && end.isCanceled) throw signal.reason;
		return end;
	});
	completed.then(
		() => output.close(),
		(error: unknown) => output.fail(error),
	);
	return {
		executionId: execution.executionId,
		pid: execution.pid,
		output,
		completed,
		pause: () => execution.control('PAUSE'),
		resume: () => execution.control('RESUME'),
		cancel,
	};
}

type Unset<T> = { readonly [K in keyof T]: T[K] | undefined };

function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
	if (!signal) return () => {};
	if (signal.aborted) listener();
	else signal.addEventListener('abort', listener, { once: true });
	return () => signal.removeEventListener('abort', listener);
}
