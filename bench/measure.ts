import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A whole process to time. */
export interface Program {
	readonly name: string;
	readonly argv: readonly string[];
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Called before each run, not timed. */
	readonly prepare?: () => Promise<void>;
}

/** What the runs of one program took. */
export interface Figures {
	readonly name: string;
	readonly minMs: number;
	readonly medianMs: number;
	readonly maxMs: number;
	/** Largest resident memory of a Node process among the runs, MiB; `null` for other programs. */
	readonly peakMiB: number | null;
}

const HOOK = resolve('bench/report-peak.cjs');

/**
 * Times programs as whole processes, in turn (A B A B …), so that a machine that slows down slows all of them.
 *
 * @param runs - Counted runs of each, after one that is not.
 * @throws {Error} A run ended with another exit code than 0.
 */
export async function measure(programs: readonly Program[], runs = 5): Promise<readonly Figures[]> {
	const times = programs.map((): number[] => []);
	const peaks = programs.map((): number[] => []);
	for (let run = 0; run <= runs; run += 1) {
		for (const [index, program] of programs.entries()) {
			const { ms, peakMiB } = await time(program);
			if (run === 0) continue;
			times[index]?.push(ms);
			if (peakMiB !== null) peaks[index]?.push(peakMiB);
		}
	}
	return programs.map(({ name }, index) => {
		const sorted = (times[index] ?? []).sort((a, b) => a - b);
		const peak = peaks[index] ?? [];
		return {
			name,
			minMs: sorted[0] ?? Number.NaN,
			medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
			maxMs: sorted.at(-1) ?? Number.NaN,
			peakMiB: peak.length === 0 ? null : Math.max(...peak),
		};
	});
}

async function time(program: Program): Promise<{ ms: number; peakMiB: number | null }> {
	await program.prepare?.();
	const peakFile = join(tmpdir(), `verify-bench-${process.pid}-peak`);
	await rm(peakFile, { force: true });
	const [command = '', ...args] = program.argv;
	const isNode = command === process.execPath;
	const started = performance.now();
	const child = spawn(command, isNode ? ['--require', HOOK, ...args] : args, {
		cwd: program.cwd,
		stdio: ['ignore', 'ignore', 'pipe'],
		env: { ...process.env, ...program.env, BENCH_PEAK_FILE: peakFile, NO_COLOR: '1' },
	});
	let complaint = '';
	child.stderr.on('data', (chunk: Buffer) => {
		complaint = (complaint + chunk.toString()).slice(-2000);
	});
	const code = await new Promise<number | null>((settle, fail) => {
		child.once('error', fail);
		child.once('close', settle);
	});
	const ms = performance.now() - started;
	if (code !== 0) throw new Error(`${program.name} ended with exit code ${code}:\n${complaint}`);
	const peak = await readFile(peakFile, 'utf8').catch(() => null);
	return { ms, peakMiB: peak === null ? null : Number(peak) / 1024 };
}
