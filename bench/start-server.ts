import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { VERIFY } from './verify-program.ts';

/** A server in a process of its own. */
export interface BenchServer {
	readonly url: string;
	/** Resident memory now, bytes. */
	residentBytes(): number;
	/** Its largest resident memory so far, bytes. */
	peakBytes(): number;
	descriptors(): number;
	close(): Promise<void>;
}

/** Starts a Node program that prints its URL first; Linux only, for the figures of `/proc`. */
export async function startServer(program: string, ...args: readonly string[]): Promise<BenchServer> {
	const folder = await mkdtemp(join(tmpdir(), 'bench-serve-'));
	const child: ChildProcess = spawn(process.execPath, [resolve(program), ...args], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const { pid = 0, stdout } = child;
	if (!stdout) throw new Error('No standard output');
	const [url] = await once(createInterface(stdout), 'line');
	const status = (field: string): number =>
		Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
	return {
		url: String(url),
		residentBytes: () => status('VmRSS'),
		peakBytes: () => status('VmHWM'),
		descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
		close: async () => {
			child.kill('SIGTERM');
			await once(child, 'close');
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** Starts the built `verify serve` without limits on how often one connects. */
export const startVerifyServe = (...args: readonly string[]): Promise<BenchServer> =>
	startServer(
		VERIFY,
		'serve',
		'--port',
		'0',
		'--max-sessions',
		'5000',
		'--connection-rate',
		'0',
		'--execution-rate',
		'0',
		...args,
	);
