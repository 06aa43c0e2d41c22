import { CAPABILITIES, LIMITS } from '../protocol/limits.ts';
import type { ExecutionLimits } from './execution-spec.ts';
import type { HeartbeatLimits } from './heartbeat.ts';
import type { OutboxLimits } from './outbox.ts';

/** How an executor is set; every value has a default. */
export interface ExecutorOptions {
	/** Milliseconds between TERM and KILL; default 5,000. */
	readonly graceMs?: number;
	/** Milliseconds after KILL before a process counts as stuck; default 2,000. */
	readonly patienceMs?: number;
	/** Milliseconds of silence after which output streams that a leftover process holds open are given up; default 200. */
	readonly quietMs?: number;
	/** Milliseconds after which they are given up even when they are never silent; default 2,000. */
	readonly drainMs?: number;
	/** Shell for commands that name none; default `sh`. */
	readonly shell?: string;
	/** Working directory for commands that name none, absolute; default that of this process. */
	readonly cwd?: string;
	/** What commands inherit; default the environment of this process. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Connections at once; default 100. */
	readonly maxSessions?: number;
	/** Executions of one connection at once; default 100. */
	readonly maxExecutionsPerSession?: number;
	/** Bytes of one message from a client; default 10 MiB. */
	readonly maxFrameBytes?: number;
	/** Bytes that may wait in a connection before the output of its commands is no longer read; default 1 MiB. */
	readonly highWaterBytes?: number;
	/** Bytes of output of an execution with a lease that may be unacknowledged before it is no longer read; default 2 MiB. */
	readonly replayBytes?: number;
	/** Bytes of output of an execution with `drop-oldest` that may wait before the oldest is dropped; default 1 MiB. */
	readonly newestBytes?: number;
	/** Bytes of output after which a command is ended; default 0: any number. */
	readonly maxOutputBytes?: number;
	/** Milliseconds without output after which a command is ended whose client sets no limit; default 0: never. */
	readonly stallMs?: number;
	/** Milliseconds that an execution may outlive its connection at most; default one hour. */
	readonly maxLeaseMs?: number;
	/** Executions with a lease at once, running ones and ended ones whose output is not acknowledged; default 100. */
	readonly maxLeases?: number;
	/** Milliseconds without a request and without an execution after which a connection is closed; default 0: never. */
	readonly idleMs?: number;
	/** Milliseconds between protocol pings to peers over TCP; default 20,000; 0: none. */
	readonly heartbeatMs?: number;
	/** Milliseconds beside that until a peer of which nothing is heard counts as dead; default 30,000. */
	readonly heartbeatTimeoutMs?: number;
	/** Milliseconds that a peer may take nothing of what is sent to it; default 300,000. */
	readonly sendTimeoutMs?: number;
	/** Milliseconds between `ping` messages inside the wire, for clients that expect them; default 0: none. */
	readonly inBandPingMs?: number;
	/** Web pages that may connect, such as `https://example.org`; default none. */
	readonly allowedOrigins?: readonly string[];
	/** What `connected` announces; default all that this executor can do. */
	readonly capabilities?: readonly string[];
}

/** {@link ExecutorOptions}, all set. */
export interface ExecutorSettings extends ExecutionLimits, OutboxLimits, HeartbeatLimits {
	readonly shell: string;
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	readonly maxSessions: number;
	readonly maxExecutionsPerSession: number;
	readonly maxFrameBytes: number;
	/** For commands whose client sets no limit; 0: none. */
	readonly stallMs: number;
	readonly maxLeaseMs: number;
	readonly maxLeases: number;
	readonly idleMs: number;
	readonly inBandPingMs: number;
	readonly allowedOrigins: readonly string[];
	readonly capabilities: readonly string[];
}

/** They name the execution that this process itself may be a part of; commands of ours are not it. */
const OWN_VARIABLES = ['VERIFY_MARKER', 'VERIFY_EXECUTION_ID'];

/** Fills what is not set. */
export function resolveSettings(options: ExecutorOptions): ExecutorSettings {
	return {
		graceMs: options.graceMs ?? 5000,
		patienceMs: options.patienceMs ?? 2000,
		quietMs: options.quietMs ?? 200,
		drainMs: options.drainMs ?? 2000,
		shell: options.shell ?? 'sh',
		cwd: options.cwd ?? process.cwd(),
		env: resolveEnv(options.env ?? process.env),
		maxSessions: options.maxSessions ?? LIMITS.sessions,
		maxExecutionsPerSession: options.maxExecutionsPerSession ?? LIMITS.executionsPerSession,
		maxFrameBytes: options.maxFrameBytes ?? LIMITS.frameBytes,
		highWaterBytes: options.highWaterBytes ?? LIMITS.highWaterBytes,
		lowWaterBytes: Math.min(LIMITS.lowWaterBytes, options.highWaterBytes ?? LIMITS.highWaterBytes),
		replayBytes: options.replayBytes ?? LIMITS.replayBytes,
		newestBytes: options.newestBytes ?? LIMITS.newestBytes,
		maxOutputBytes: options.maxOutputBytes ?? 0,
		stallMs: options.stallMs ?? 0,
		maxLeaseMs: options.maxLeaseMs ?? LIMITS.leaseMs,
		maxLeases: options.maxLeases ?? LIMITS.leases,
		idleMs: options.idleMs ?? 0,
		heartbeatMs: options.heartbeatMs ?? 20_000,
		heartbeatTimeoutMs: options.heartbeatTimeoutMs ?? 30_000,
		sendTimeoutMs: options.sendTimeoutMs ?? 300_000,
		inBandPingMs: options.inBandPingMs ?? 0,
		allowedOrigins: options.allowedOrigins ?? [],
		capabilities: options.capabilities ?? CAPABILITIES,
	};
}

function resolveEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(env).flatMap(([name, value]) =>
			value === undefined || OWN_VARIABLES.includes(name) ? [] : [[name, value]],
		),
	);
}
