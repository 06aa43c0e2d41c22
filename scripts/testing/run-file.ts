import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCappedText } from './capped-text.ts';
import type { FileRun } from './judge-file.ts';
import { endTree } from './process-tree.ts';
import type { TestReport } from './test-report.ts';

const OUTPUT_CHARS = 50_000;
/** How long after the end of a process its pipes may stay open. */
const DRAIN_MS = 500;

/** How to run a file. */
export interface RunFileOptions {
	readonly limitSeconds: number;
	/** Limit of one test. */
	readonly testLimitMs: number;
	/** Only tests whose title holds this. */
	readonly name: string;
	/** Aborts: the process and all it started are killed. */
	readonly signal: AbortSignal;
}

/** A file's run with what it printed. */
export interface FinishedFile extends FileRun {
	readonly output: string;
	readonly durationMs: number;
}

/** Runs one bundled test file as a process group of its own and ends everything that it started. */
export async function runFile(entry: string, options: RunFileOptions): Promise<FinishedFile> {
	const started = performance.now();
	const id = randomUUID();
	const reportPath = `${entry}.report`;
	const child = spawn(process.execPath, ['--enable-source-maps', entry], {
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...process.env,
			NODE_ENV: 'test',
			FORCE_COLOR: '0',
			NO_COLOR: '1',
			TEST_REPORT: reportPath,
			TEST_NAME: options.name,
			TEST_LIMIT_MS: String(options.testLimitMs),
			// Runs inside of runs keep the ids of all of them.
			TEST_TREE: `${process.env.TEST_TREE ?? ''}:${id}`,
		},
	});
	const pid = child.pid ?? 0;
	const output = createCappedText(OUTPUT_CHARS);
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', output.add);
	const closed = once(child, 'close');
	let isLate = false;
	const stop = (): void => void endTree(pid, id, { isPatient: false });
	const timer = setTimeout(() => {
		isLate = true;
		stop();
	}, options.limitSeconds * 1000);
	options.signal.addEventListener('abort', stop);
	if (options.signal.aborted) stop();
	const [exitCode, signal] = (await once(child, 'exit')) as [number | null, string | null];
	clearTimeout(timer);
	const leftovers = await endTree(pid, id, { isPatient: !isLate && !options.signal.aborted });
	options.signal.removeEventListener('abort', stop);
	await Promise.race([closed, sleep(DRAIN_MS)]);
	child.stdout.destroy();
	child.stderr.destroy();
	return {
		exitCode,
		signal,
		limitSeconds: isLate ? options.limitSeconds : null,
		reports: readReports(reportPath),
		leftovers,
		output: output.toString(),
		durationMs: performance.now() - started,
	};
}

function readReports(path: string): readonly TestReport[] {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch {
		return [];
	}
	// The last line of a process that was killed may be torn.
	return text.split('\n').flatMap((line) => {
		try {
			return [JSON.parse(line) as TestReport];
		} catch {
			return [];
		}
	});
}
