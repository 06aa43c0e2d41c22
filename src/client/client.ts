import type { Attestation } from '../core/attestation.ts';
import type { ExecutionId, Marker } from '../core/ids.ts';
import type { LeakedProcess } from '../core/ports.ts';

/** What to run. */
export interface ExecuteRequest {
	readonly executionId: ExecutionId;
	readonly command: string;
	readonly marker: Marker;
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

/** How an execution ended. */
export interface ExecutionEnd {
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
	/** The same digest over what this client received. */
	readonly receivedSha256: string;
	/** Processes that outlived the command and were killed. */
	readonly leaked: readonly LeakedProcess[];
	/**
	 * How much of the bracket around the execution was seen. An executor with the `marker` capability keeps it in its messages, any other
	 * prints it around the output: `whole`: begin and end; `cut`: one of both is missing, or its exit code is another; `none`: neither.
	 */
	readonly bracket: 'whole' | 'cut' | 'none';
	/** What went wrong beside the command (its transcript could not be written, a process could not be killed); `null`: nothing. */
	readonly error: string | null;
	/** What the executor signed; nothing of it is checked here. `null`: it signs nothing. */
	readonly attestation: Attestation | null;
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
	/** Closes all connections; running executions end on the executor. May be called twice. */
	close(): Promise<void>;
}
