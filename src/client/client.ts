import type { Attestation } from '../core/attestation.ts';
import type { ExecutionId, Marker } from '../core/ids.ts';
import type { LeakedProcess } from '../core/ports.ts';

/** What to run. */
export interface ExecuteRequest {
	readonly executionId: ExecutionId;
	readonly command: string;
	readonly marker: Marker;
	/** What the command is about, at most 200 characters: the executor signs it with the end. Only for those with `subject`. */
	readonly subject?: string;
	/** Absolute path on the executor's machine; default: the executor's own working directory. */
	readonly cwd?: string;
	/** Added to the executor's environment; `VERIFY_MARKER` and `VERIFY_EXECUTION_ID` are added by the executor. */
	readonly env?: Readonly<Record<string, string>>;
	readonly shell?: string;
	readonly stdin?: string;
	/** Milliseconds after which the executor ends the command; executors without `limits` refuse nothing and do nothing about it. */
	readonly timeoutMs?: number;
	/** Milliseconds without output after which the executor ends the command; as `timeoutMs`. */
	readonly stallMs?: number;
}

/** A piece of output, in the order the executor read it. */
export interface OutputChunk {
	readonly stream: 'stdout' | 'stderr';
	/** Decoded; a character cut by a chunk border comes whole with the later chunk; bytes that are not UTF-8 read as U+FFFD. */
	readonly text: string;
	/** The raw bytes; the receiver owns them. */
	readonly bytes: Uint8Array;
	/** Counts the chunks of this execution from 0; `null` when the executor does not number them. */
	readonly seq: number | null;
}

/** What an executor tells of an end. */
export interface ToldEnd {
	/** 0 to 255; `null` when a signal ended it. */
	readonly exitCode: number | null;
	readonly signal: string | null;
	/** True after a CANCEL that came before the end. */
	readonly isCanceled: boolean;
	/** Why it ended, such as `exit`, `cancel`, `timeout`, `stall`: what the executor says, `null` where it says nothing. */
	readonly reason: string | null;
	readonly durationMs: number;
	/** Raw bytes of both streams, as the executor counted them (as we received them where it does not). */
	readonly bytes: number;
	readonly droppedBytes: number;
	/** Over the raw bytes of both streams in the order they were read: what the executor says, `null` where it says nothing. */
	readonly sha256: string | null;
	/** Processes that outlived the command and were killed. */
	readonly leaked: readonly LeakedProcess[];
	/** What went wrong beside the command (its transcript could not be written, a process could not be killed); `null`: nothing. */
	readonly error: string | null;
	/** What the executor signed; nothing of it is checked here. `null`: it signs nothing. */
	readonly attestation: Attestation | null;
}

/** How an execution ended, as this client saw it. */
export interface ExecutionEnd extends ToldEnd {
	/** The digest as in `sha256`, over what this client received; after an attach that is the rest alone. */
	readonly receivedSha256: string;
	/**
	 * How much of the bracket around the execution was seen. An executor with the `marker` capability keeps it in its messages, any other
	 * prints it around the output: `whole`: begin and end; `cut`: one of both is missing, or its exit code is another; `none`: neither.
	 */
	readonly bracket: 'whole' | 'cut' | 'none';
}

/** What an executor tells of an execution between two messages. */
export interface ExecutionStatus {
	readonly executionId: ExecutionId;
	/** `ending`: canceled or out of a limit, somebody is left. */
	readonly state: 'running' | 'paused' | 'ending' | 'ended';
	readonly pid: number;
	readonly pgid: number;
	/** Of the command's UTF-8; the command itself is not told. */
	readonly commandSha256: string;
	/** Milliseconds since the Unix epoch. */
	readonly startedAtMs: number;
	/** A connection hears of it. */
	readonly isAttached: boolean;
	/** How long it outlives its connection; 0: it ends with it. */
	readonly leaseMs: number;
	/** Of the last output, -1: there was none. */
	readonly lastSeq: number;
	/** So far, raw, both streams. */
	readonly bytes: number;
	readonly droppedBytes: number;
	/** `null` until it has ended. */
	readonly end: ToldEnd | null;
}

/** A running execution. */
export interface Execution {
	readonly executionId: ExecutionId;
	readonly pid: number | null;
	readonly pgid: number | null;
	/** SHA-256 of the requested command's UTF-8 (without any wrapper of ours); it stands in the bracket of the transcript. */
	readonly commandSha256: string;
	/**
	 * Settles once the executor said `process.completed`: nothing of the process group is left.
	 * Rejects with `EXECUTOR_LOST` when the connection ends before, `EXECUTOR_NONSENSE` when the executor breaks the protocol.
	 */
	readonly completed: Promise<ExecutionEnd>;
	/** Sends PAUSE, RESUME or CANCEL and waits for the answer. After the end it does nothing. */
	control(type: 'PAUSE' | 'RESUME' | 'CANCEL'): Promise<void>;
}

/** The other end of an executor's wire. Whoever made it closes it. */
export interface ExecutorClient {
	/** What the executor announced. */
	readonly server: {
		readonly version: string;
		readonly sessionId: string;
		readonly capabilities: ReadonlySet<string>;
		/** Of the key that it signs with: the 32 bytes in base64url; `null`: it signs nothing. */
		readonly publicKey: string | null;
	};
	/**
	 * Runs a command. Several at once are fine: where the executor has no `multiplex`, each gets a connection of its own.
	 *
	 * @param onOutput - Called for each chunk in order. While a returned promise is pending no further chunk is read from the wire; where
	 *   the client may reconnect, at most 2 MiB more of this execution come, and the others go on.
	 * @throws {AppError} `EXECUTOR_REFUSED` (its error answer is in `data`), `EXECUTOR_LOST`, `EXECUTOR_NONSENSE`, `SPAWN_FAILED`.
	 */
	execute(request: ExecuteRequest, onOutput: (chunk: OutputChunk) => void | Promise<void>): Promise<Execution>;
	/**
	 * Goes on with an execution that has a lease, whoever started it; whoever heard of it until now does no more.
	 *
	 * @param afterSeq - The last `seq` that is not wanted again, -1: none; `null`: tell all that is kept.
	 * @param onOutput - As for `execute`.
	 * @throws {AppError} `EXECUTOR_REFUSED`: it is not known or has no lease, what is wanted is not kept any more, or this executor has no
	 *   leases; as `execute`.
	 * @throws {TypeError} This client hears of it already.
	 */
	attach(
		executionId: ExecutionId,
		afterSeq: number | null,
		onOutput: (chunk: OutputChunk) => void | Promise<void>,
	): Promise<Execution>;
	/**
	 * Tells of all executions that this client may attach to or has started.
	 *
	 * @throws {AppError} `EXECUTOR_REFUSED`: this executor can't tell; as `execute`.
	 */
	list(): Promise<readonly ExecutionStatus[]>;
	/**
	 * Tells of one execution, also of one that ended a while ago.
	 *
	 * @throws {AppError} `EXECUTOR_REFUSED`: it is not known, or this executor can't tell; as `execute`.
	 */
	status(executionId: ExecutionId): Promise<ExecutionStatus>;
	/** Closes all connections; running executions end on the executor. May be called twice. */
	close(): Promise<void>;
}
