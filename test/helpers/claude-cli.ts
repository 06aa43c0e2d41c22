import { spawn } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { type PlannedCall, planFor, startStubModel } from './stub-model.ts';
import { createTempFolder } from './temp-folder.ts';

/** What a program left behind. */
export interface ProgramEnd {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** How a session is run. */
export interface SessionOptions {
	/** Tools that need no permission. */
	readonly allowed?: string;
	/** Further arguments of the CLI. */
	readonly args?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
}

/** The real Claude Code CLI in a home and a project of its own, with a stand-in for its model. */
export interface ClaudeCli extends AsyncDisposable {
	/** Working directory of the sessions. */
	readonly project: string;
	/** As any program of its user sees it. */
	readonly env: Readonly<Record<string, string>>;
	/** Runs a session that makes these calls, to its end. */
	session(
		calls: readonly PlannedCall[],
		options?: SessionOptions,
	): Promise<{ readonly id: string; readonly fromMs: number; readonly toMs: number }>;
	/** Runs `verify` in the project, beside the agent. */
	verify(...args: readonly string[]): Promise<ProgramEnd>;
}

/** Prints the marker of its environment, and ends as it is told: `sh work.sh [exit code] [lines before]`; after `WORK_SECONDS`, if set. */
const WORK = 'seq 1 $2\necho "done: $PROOF_MARKER"\n[ -z "$WORK_SECONDS" ] || sleep "$WORK_SECONDS"\nexit $1\n';

/**
 * Makes a home, a project and a model.
 *
 * @param program - Path of `claude`.
 */
export async function createClaudeCli(program: string): Promise<ClaudeCli> {
	const folder = await createTempFolder();
	const model = await startStubModel();
	const [home, project, bin] = ['home', 'project', 'bin'].map((name) => join(folder.path, name)) as [
		string,
		string,
		string,
	];
	for (const path of [home, project, bin]) await mkdir(path);
	await writeFile(join(project, 'work.sh'), WORK);
	await chmod(resolve('dist/verify.js'), 0o755);
	await symlink(resolve('dist/verify.js'), join(bin, 'verify'));
	await symlink(program, join(bin, 'claude'));
	const env = {
		HOME: home,
		PATH: [bin, process.env.PATH ?? ''].join(delimiter),
		NO_COLOR: '1',
		ANTHROPIC_API_KEY: 'stub',
		ANTHROPIC_BASE_URL: model.url,
		CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
		DISABLE_TELEMETRY: '1',
		DISABLE_AUTOUPDATER: '1',
		DISABLE_ERROR_REPORTING: '1',
		CLAUDE_CODE_TMPDIR: join(folder.path, 'tmp'),
	};
	await mkdir(env.CLAUDE_CODE_TMPDIR);
	const run = (command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
		runProgram(command, args, { cwd: project, env: { ...env, ...more } });
	return {
		project,
		env,
		async session(calls, { allowed = 'Bash', args = [], env: more = {} } = {}) {
			const fromMs = Date.now();
			const flags = ['--allowedTools', allowed, '--output-format', 'json', ...args];
			const end = await run(program, ['-p', `Please do ${planFor(...calls)}`, ...flags], more);
			if (end.code !== 0) throw new Error(`claude ended with ${end.code}: ${end.stdout}\n${end.stderr}`);
			return { id: (JSON.parse(end.stdout) as { session_id: string }).session_id, fromMs, toMs: Date.now() };
		},
		verify: (...args) => run(process.execPath, [resolve('dist/verify.js'), ...args]),
		async [Symbol.asyncDispose]() {
			await model[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		},
	};
}

function runProgram(
	command: string,
	args: readonly string[],
	options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<ProgramEnd> {
	const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
	const output = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (chunk: string) => {
			output[name] += chunk;
		});
	}
	return new Promise((settle, fail) => {
		child.once('error', fail);
		child.once('close', (code) => settle({ code, ...output }));
	});
}
