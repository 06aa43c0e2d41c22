import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { RunRecord } from '../../src/report/run-record.ts';

const VERIFY = resolve('dist/verify.js');

/** What a finished `verify` left behind. */
export interface CliResult {
	/** Exit code; `null` when a signal ended it. */
	readonly code: number | null;
	readonly signal: string | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A running `verify`. */
export interface RunningCli {
	readonly child: ChildProcess;
	readonly finished: Promise<CliResult>;
	/** Resolves once stdout and stderr together hold the text; rejects when it ends before. */
	sees(text: string): Promise<void>;
	/** What stdout and stderr hold so far. */
	printed(): string;
}

/** A folder of its own for one test. */
export interface Sandbox {
	readonly folder: string;
	write(file: string, text: string): void;
	read(file: string): string;
	path(file: string): string;
	/** Starts the built program in the folder, with a marked environment so that its processes can be found. */
	start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCli;
	/** Runs the built program to its end. */
	verify(...args: string[]): Promise<CliResult>;
	/** The newest run's record. */
	record(): RunRecord;
	/** Command lines of live processes that any `verify` of this sandbox started, but for a watchdog that is just going. */
	leftovers(): readonly string[];
	/** Waits, at most 10 s, until nobody is left: after a SIGKILL it is the watchdog who ends the others. Then what is left. */
	leftoversAtLast(): Promise<readonly string[]>;
	remove(): void;
}

/** Creates a sandbox with files in it. */
export function createSandbox(files: Readonly<Record<string, string>> = {}): Sandbox {
	const folder = mkdtempSync(join(tmpdir(), 'verify-test-'));
	const path = (file: string): string => join(folder, file);
	const write = (file: string, text: string): void => {
		mkdirSync(dirname(path(file)), { recursive: true });
		writeFileSync(path(file), text);
	};
	for (const [file, text] of Object.entries(files)) write(file, text);
	const start: Sandbox['start'] = (args, env = {}) => startCli(args, folder, env);
	return {
		folder,
		path,
		write,
		read: (file) => readFileSync(path(file), 'utf8'),
		start,
		verify: (...args) => start(args).finished,
		record: () => JSON.parse(readFileSync(path('reports/latest/run.json'), 'utf8')) as RunRecord,
		leftovers: () => withoutWatchdog(processesWith(`VERIFY_TEST_SANDBOX=${folder}`)),
		async leftoversAtLast() {
			const end = Date.now() + 10_000;
			const look = (): readonly string[] => processesWith(`VERIFY_TEST_SANDBOX=${folder}`);
			// The process table announces nothing.
			while (look().length > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
			return look();
		},
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** What a CI server tells the tests is not meant for the programs that they start. */
const OF_CI = /^(CI|CI_.*|GITHUB_.*|GITLAB_.*|FORCE_COLOR)$/;

function startCli(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): RunningCli {
	const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_CI.test(name)));
	const child = spawn(process.execPath, [VERIFY, ...args], {
		cwd,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...inherited,
			NO_COLOR: '1',
			VERIFY_TEST_SANDBOX: cwd,
			XDG_STATE_HOME: join(cwd, '.state'),
			XDG_CACHE_HOME: join(cwd, '.cache'),
			...env,
		},
	});
	const output = { stdout: '', stderr: '' };
	const waiting: { text: string; resolve: () => void }[] = [];
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (chunk: string) => {
			output[name] += chunk;
			for (const { text, resolve } of waiting) if (output[name].includes(text)) resolve();
		});
	}
	const finished = new Promise<CliResult>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve({ code, signal, ...output }));
	});
	return {
		child,
		finished,
		printed: () => output.stdout + output.stderr,
		sees: (text) =>
			Promise.race([
				new Promise<void>((resolve) => {
					if (output.stdout.includes(text) || output.stderr.includes(text)) resolve();
					waiting.push({ text, resolve });
				}),
				finished.then((end) => {
					throw new Error(`Ended with ${end.code} before it printed "${text}":\n${end.stdout}\n${end.stderr}`);
				}),
			]),
	};
}

const withoutWatchdog = (lines: readonly string[]): readonly string[] =>
	lines.filter((line) => !line.includes('verify-watchdog'));

/** Live processes whose environment holds a text, zombies left out; the environment is inherited, so no child escapes it. */
function processesWith(text: string): readonly string[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((pid) => {
			try {
				if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text)) return [];
				if (/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return [];
				return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`];
			} catch {
				// It ended while we looked.
				return [];
			}
		});
}

/** A step as the tests need it. */
export interface StepText {
	readonly command: string;
	/** Lines that stand after the command, such as `**Timeout**: 1s`. */
	readonly more?: readonly string[];
	readonly name?: string;
}

/** Writes a prompt with a live counter and these steps. */
export function promptText(steps: readonly StepText[], counts = '0:0', frontMatter = ''): string {
	return [
		...(frontMatter === '' ? [] : ['---', frontMatter, '---', '']),
		'# Test prompt',
		'',
		'## 📊 TASK METRICS & HISTORY',
		`- **Success/Failure Ratio**: ${counts} (Requires 10:1 to graduate)`,
		'- **Last Updated**: 2026-01-01',
		'',
		'## Plan',
		...steps.flatMap(({ command, more = [], name }, index) => [
			'',
			`### Step ${index + 1}: ${name ?? `Number ${index + 1}`}`,
			`**Command**: \`${command}\``,
			...more,
		]),
		'',
	].join('\n');
}

/** The counts as the prompt's ratio line shows them. */
export const countsIn = (text: string): string => /Ratio\*\*: (\d+:\d+)/.exec(text)?.[1] ?? 'none';
