import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

const OUT = '.build/test';
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		/** Seconds a file may take. */
		limit: { type: 'string', default: '240' },
		jobs: { type: 'string', default: String(availableParallelism()) },
	},
});

interface FileResult {
	passed: number;
	failed: number;
	skipped: number;
}

const all = globSync('test/**/*.test.ts').sort();
const files = positionals.length === 0 ? all : all.filter((file) => positionals.some((part) => file.includes(part)));
const outDir = `${OUT}/${process.pid}`;
const entries = await bundle(files);
const queue = [...files];
const totals: FileResult = { passed: 0, failed: 0, skipped: 0 };
await Promise.all(Array.from({ length: Number(values.jobs) }, lane));
await rm(outDir, { recursive: true, force: true });
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;

async function lane(): Promise<void> {
	for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
		const result = await runFile(file);
		totals.passed += result.passed;
		totals.failed += result.failed;
		totals.skipped += result.skipped;
	}
}

/** One bundle a test file, sharing chunks: each process starts in the time of Node itself, and no file is compiled twice. */
async function bundle(testFiles: readonly string[]): Promise<ReadonlyMap<string, string>> {
	await mkdir(outDir, { recursive: true });
	await build({
		entryPoints: [...testFiles],
		outbase: '.',
		outdir: outDir,
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		packages: 'external',
		outExtension: { '.js': '.mjs' },
		sourcemap: 'linked',
		logLevel: 'warning',
	});
	return new Map(testFiles.map((file) => [file, resolve(outDir, file.replace(/\.ts$/, '.mjs'))]));
}

async function runFile(file: string): Promise<FileResult> {
	const entry = entries.get(file) ?? '';
	const started = performance.now();
	const child = spawn(process.execPath, ['--enable-source-maps', entry], {
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, NODE_ENV: 'test', FORCE_COLOR: '0', NO_COLOR: '1' },
	});
	let output = '';
	child.stdout.on('data', (chunk: Buffer) => {
		output += chunk.toString();
	});
	child.stderr.on('data', (chunk: Buffer) => {
		output += chunk.toString();
	});
	let isLate = false;
	const timer = setTimeout(() => {
		isLate = true;
		killGroup(child.pid);
	}, Number(values.limit) * 1000);
	const code = await new Promise<number | null>((settle) => {
		child.once('close', settle);
	});
	clearTimeout(timer);
	return judge(file, code, output, isLate, performance.now() - started);
}

function killGroup(pid: number | undefined): void {
	try {
		if (pid !== undefined) process.kill(-pid, 'SIGKILL');
	} catch {
		// Nobody is left in the group.
	}
}

/** uvu alone can be green by accident: a file passes only when it exits 0, ran tests, and passed all that it counted. */
function judge(file: string, code: number | null, output: string, isLate: boolean, ms: number): FileResult {
	const sum = (label: string): number =>
		[...output.matchAll(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'gm'))].reduce(
			(total, match) => total + Number(match[1]),
			0,
		);
	const [total, passed, skipped] = [sum('Total'), sum('Passed'), sum('Skipped')];
	const complaint = isLate
		? `still running after ${values.limit} s`
		: code !== 0
			? `exit code ${code}`
			: total === 0
				? 'no test ran'
				: passed !== total
					? `${total - passed} of ${total} failed`
					: skipped > 0 && process.env.CI
						? `${skipped} left out (.only or .skip)`
						: undefined;
	const name = relative('.', file);
	if (complaint === undefined) {
		console.log(`ok    ${name}  ${passed} tests  ${(ms / 1000).toFixed(1)} s`);
		return { passed, failed: 0, skipped };
	}
	console.log(`FAIL  ${name}  ${complaint}\n${output}`);
	return { passed, failed: Math.max(1, total - passed), skipped };
}
