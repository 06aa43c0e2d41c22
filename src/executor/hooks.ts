import type { GroupSpec } from '../core/ports.ts';

/** Who stands at the other end of a connection. */
export interface Peer {
	readonly sessionId: string;
	/** Address of the connection, such as `127.0.0.1`; `private` for a private socket, and from inside this process. */
	readonly address: string;
}

/** A request to run a command, before anything is started. */
export interface CommandRequest {
	readonly executionId: string;
	/** What will be spawned, environment complete. */
	readonly group: GroupSpec;
	readonly peer: Peer;
}

/** What became of an execution, for records without output. */
export interface ExecutionOutcome {
	readonly executionId: string;
	readonly commandSha256: string;
	readonly peer: Peer;
	readonly exitCode: number | null;
	readonly signal: string | null;
	readonly isCanceled: boolean;
	readonly durationMs: number;
	/** Raw bytes of both streams. */
	readonly bytes: number;
	readonly droppedBytes: number;
	readonly leaked: number;
}

/** Decides whether a command may run, and as what. */
export interface ExecutorGuard {
	/** @returns Why the command is refused, one sentence for its client; `null` when it may run. */
	refuse(request: CommandRequest): string | null;
	/** @returns What is spawned in place of the command: in a sandbox, under limits. */
	wrap(group: GroupSpec): GroupSpec;
}

/** Hears what an executor does; must not throw. */
export interface ExecutorObserver {
	sessionOpened(peer: Peer): void;
	sessionClosed(peer: Peer): void;
	executionStarted(start: {
		readonly executionId: string;
		readonly commandSha256: string;
		readonly peer: Peer;
		readonly cwd: string;
	}): void;
	executionEnded(outcome: ExecutionOutcome): void;
	executionRefused(refusal: {
		readonly executionId: string;
		readonly commandSha256: string;
		readonly peer: Peer;
		readonly reason: string;
	}): void;
	/** Output of a step waits because its client reads slower; told once for each wait. */
	outputHeld(executionId: string): void;
}
