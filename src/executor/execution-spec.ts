import type { ExecutionId } from '../core/ids.ts';
import type { Clock, GroupSpec, Hashes, Processes, Signer } from '../core/ports.ts';
import type { TranscriptSink } from '../core/transcript-records.ts';
import type { AudienceLimits, AudienceTerms } from './audience.ts';
import type { ExecutorObserver, Peer } from './hooks.ts';

/** What an execution needs of the machine. */
export interface ExecutionHost {
	readonly clock: Clock;
	readonly processes: Processes;
	readonly hashes: Hashes;
	/** Gets the bracket and the output of every execution. */
	readonly transcript?: TranscriptSink;
	/** Signs what is told of every end. */
	readonly signer?: Signer;
	readonly observer?: ExecutorObserver;
}

/** What is run, and under which names and limits. */
export interface ExecutionSpec extends AudienceTerms {
	readonly executionId: ExecutionId;
	readonly marker: string | null;
	/** What it is about, as the client says. */
	readonly subject: string | null;
	/** As it was asked for; `group` may hold more around it. */
	readonly command: string;
	readonly group: GroupSpec;
	/** Who asked for it. */
	readonly peer: Peer;
	/** Milliseconds; 0: none. */
	readonly timeoutMs: number;
	/** Milliseconds; 0: none. */
	readonly stallMs: number;
}

/** How long things may take, milliseconds, and how much may be printed. */
export interface ExecutionLimits extends AudienceLimits {
	/** Between TERM and KILL. */
	readonly graceMs: number;
	/** After KILL, before a process counts as stuck. */
	readonly patienceMs: number;
	/** Silence after which streams that a leftover process holds open are given up. */
	readonly quietMs: number;
	/** The same for leftovers that are never silent. */
	readonly drainMs: number;
	/** Bytes of output after which a command is ended; 0: any number. */
	readonly maxOutputBytes: number;
}
