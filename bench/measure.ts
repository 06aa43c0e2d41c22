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
	/** Timed is how long it takes to say something, on either of its outputs, not until it ends. */
	readonly isTimedByFirstLine?: boolean;
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
 * @param runs - Counted runs of each, after `warmUps` that are not.
 * @throws {Error} A run ended with another exit code than 0.
 */
export async function measure(programs: readonly Program[], runs = 5, warmUps = 1): Promise<readonly Figures[]> {
	const times = programs.map((): number[] => []);
	const peaks = programs.map((): number[] => []);
	for (let run = -warmUps; run < runs; run += 1) {
		for (const [index, program] of programs.entries()) {
			const { ms, peakMiB } = await time(program);
			if (run < 0) continue;
			times[index]?.push(ms);
			if (peakMiB !== null) peaks[index]?.push(peakMiB);
		}
	}
	return programs.map(({ name }, index) => summarize(name, times[index] ?? [], peaks[index] ?? []));
}

/** Sums up what the runs of one program took. */
export function summarize(name: string, timesMs: readonly number[], peaksMiB: readonly number[] = []): Figures {
	const sorted = timesMs.toSorted((a, b) => a - b);
	return {
		name,
		minMs: sorted[0] ?? Number.NaN,
		medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
		maxMs: sorted.at(-1) ?? Number.NaN,
		peakMiB: peaksMiB.length === 0 ? null : Math.max(...peaksMiB),
	};
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
		stdio: ['ignore', program.isTimedByFirstLine ? 'pipe' : 'ignore', 'pipe'],
		env: { ...process.env, ...program.env, BENCH_PEAK_FILE: peakFile, NO_COLOR: '1' },
	});
	let firstMs: number | null = null;
	const hear = (): void => {
		firstMs ??= performance.now() - started;
	};
	child.stdout?.on('data', hear);
	let complaint = '';
	child.stderr?.on('data', (chunk: Buffer) => {
		hear();
		complaint = (complaint + chunk.toString()).slice(-2000);
	});
	const code = await new Promise<number | null>((settle, fail) => {
		child.once('error', fail);
		child.once('close', settle);
	});
	const ms = (program.isTimedByFirstLine ? firstMs : null) ?? performance.now() - started;
	if (code !== 0) throw new Error(`${program.name} ended with exit code ${code}:\n${complaint}`);
	const peak = await readFile(peakFile, 'utf8').catch(() => null);
	return { ms, peakMiB: peak === null ? null : Number(peak) / 1024 };
}
