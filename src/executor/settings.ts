import { CAPABILITIES, LIMITS } from '../protocol/limits.ts';
import type { ExecutionLimits } from './execution.ts';
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
	/** Web pages that may connect, such as `https://example.org`; default none. */
	readonly allowedOrigins?: readonly string[];
	/** What `connected` announces; default all that this executor can do. */
	readonly capabilities?: readonly string[];
}

/** {@link ExecutorOptions}, all set. */
export interface ExecutorSettings extends ExecutionLimits, OutboxLimits {
	readonly shell: string;
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	readonly maxSessions: number;
	readonly maxExecutionsPerSession: number;
	readonly maxFrameBytes: number;
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
