import { rm } from 'node:fs/promises';
import { availableParallelism, constants } from 'node:os';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { bundleTests, removeStale } from './testing/bundle-tests.ts';
import { judgeFile } from './testing/judge-file.ts';
import { runFile } from './testing/run-file.ts';

// node --import tsx scripts/test.ts [options] [part of a path…]
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		glob: { type: 'string', default: 'test/**/*.test.ts' },
		/** Only tests whose title holds this. */
		name: { type: 'string', default: '' },
		/** Seconds a file may take. */
		limit: { type: 'string', default: '240' },
		/** Seconds a test may take. */
		'test-limit': { type: 'string', default: '60' },
		jobs: { type: 'string', default: String(availableParallelism()) },
	},
});

const SLOW_MS = 5000;
const totals = { passed: 0, failed: 0, skipped: 0 };
const slow: { readonly file: string; readonly ms: number }[] = [];
const abort = new AbortController();
let stoppedBy: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		stoppedBy ??= signal;
		abort.abort();
	});
}

const all = globSync(values.glob).sort();
const files = positionals.length === 0 ? all : all.filter((file) => positionals.some((part) => file.includes(part)));
const outDir = `.build/test/${process.pid}`;
for (const parent of ['.build/test', '.build/programs']) removeStale(parent);
try {
	if (files.length === 0) console.log(`No test file matches ${[values.glob, ...positionals].join(' ')}`);
	else await runAll(await bundleTests(files, outDir));
} catch (error) {
	console.log(`FAIL  the test files could not be bundled: ${error instanceof Error ? error.message : String(error)}`);
	totals.failed += 1;
} finally {
	await rm(outDir, { recursive: true, force: true });
}
conclude();

async function runAll(entries: ReadonlyMap<string, string>): Promise<void> {
	const queue = [...entries];
	const lane = async (): Promise<void> => {
		for (let next = queue.shift(); next !== undefined && !abort.signal.aborted; next = queue.shift())
			await runOne(...next);
	};
	await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, lane));
}

async function runOne(file: string, entry: string): Promise<void> {
	const run = await runFile(entry, {
		limitSeconds: Number(values.limit),
		testLimitMs: Number(values['test-limit']) * 1000,
		name: values.name,
		signal: abort.signal,
	});
	const verdict = judgeFile(run);
	const complaint = abort.signal.aborted ? 'interrupted' : verdict.complaint;
	totals.passed += verdict.passed;
	totals.failed += complaint === null ? 0 : Math.max(1, verdict.failed);
	totals.skipped += verdict.skipped;
	slow.push({ file, ms: run.durationMs });
	const time = `${(run.durationMs / 1000).toFixed(1)} s`;
	if (complaint !== null) {
		console.log(`FAIL  ${file}  ${complaint}  ${time}\n${run.output}`);
		return;
	}
	const skips = run.output.split('\n').filter((line) => line.startsWith('SKIP  '));
	console.log([`ok    ${file}  ${verdict.passed} tests  ${time}`, ...skips].join('\n'));
}

function conclude(): void {
	const slowest = slow
		.filter(({ ms }) => ms >= SLOW_MS)
		.sort((a, b) => b.ms - a.ms)
		.slice(0, 3)
		.map(({ file, ms }) => `${file} ${(ms / 1000).toFixed(1)} s`);
	if (slowest.length > 0) console.log(`Slowest: ${slowest.join(', ')}`);
	const { passed, failed, skipped } = totals;
	console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
	process.exitCode = stoppedBy !== undefined ? 128 + constants.signals[stoppedBy] : failed === 0 && passed > 0 ? 0 : 1;
}
