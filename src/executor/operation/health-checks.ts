import { spawn } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../core/ports.ts';

/** When an executor counts as unhealthy. */
export interface HealthLimits {
	/** Longest wait of the event loop in the last interval, milliseconds. */
	readonly lagMs: number;
	/** Room on the disk of the transcripts, bytes. */
	readonly minFreeBytes: number;
	/** Between two rounds of looking, milliseconds. */
	readonly everyMs: number;
}

/** What a machine is asked; tests put their own in. */
export interface HealthProbes {
	/** Starts and reaps a process; rejects when that fails. */
	spawn(): Promise<void>;
	/** Free bytes of the disk; rejects when the folder can't be looked at. */
	freeBytes(): Promise<number>;
	/** Longest wait of the event loop since the last call, milliseconds. */
	takeLagMs(): number;
}

/** Looks at the machine from time to time. Whoever started it closes it. */
export interface HealthChecks {
	/** What was found wrong, a sentence each. */
	problems(): readonly string[];
	readonly lagMs: number;
	close(): void;
}

/** Probes of this machine. @param folder - On the disk that matters. */
export function createHealthProbes(folder: string): HealthProbes {
	const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	delay.enable();
	return {
		spawn: () =>
			new Promise((resolve, reject) => {
				const child = spawn('/bin/sh', ['-c', ':'], { stdio: 'ignore' });
				child.once('error', reject);
				child.once('exit', () => resolve());
			}),
		freeBytes: async () => {
			const { bavail, bsize } = await statfs(folder);
			return bavail * bsize;
		},
		takeLagMs: () => {
			// The histogram counts its own interval too.
			const lagMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
			delay.reset();
			return lagMs;
		},
	};
}

const RESOLUTION_MS = 20;

/** Looks once at once, then again and again. */
export async function startHealthChecks(
	probes: HealthProbes,
	limits: HealthLimits,
	clock: Clock,
): Promise<HealthChecks> {
	let problems: readonly string[] = [];
	let lagMs = 0;
	let isClosed = false;
	let stop = (): void => {};
	const look = async (): Promise<void> => {
		lagMs = probes.takeLagMs();
		const spawning = probes.spawn().then(
			() => [],
			(error: unknown) => [`No process can be started: ${reasonOf(error)}`],
		);
		const disk = probes.freeBytes().then(
			(free) => (free >= limits.minFreeBytes ? [] : [`The disk of the transcripts is full: ${free} bytes are left`]),
			(error: unknown) => [`The folder of the transcripts cannot be looked at: ${reasonOf(error)}`],
		);
		const loop = lagMs > limits.lagMs ? [`The event loop waited ${Math.round(lagMs)} ms`] : [];
		problems = [...(await spawning), ...(await disk), ...loop];
		if (!isClosed) stop = clock.schedule(() => void look(), limits.everyMs);
	};
	await look();
	return {
		problems: () => problems,
		get lagMs() {
			return lagMs;
		},
		close: () => {
			isClosed = true;
			stop();
		},
	};
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
