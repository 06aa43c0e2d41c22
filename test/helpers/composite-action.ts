import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

interface Step {
	readonly id?: string;
	readonly name: string;
	readonly if?: string;
	readonly shell?: string;
	readonly run?: string;
	readonly uses?: string;
	readonly with?: Readonly<Record<string, string>>;
	readonly env?: Readonly<Record<string, string>>;
	readonly 'working-directory'?: string;
}

/** A composite action as its file has it. */
export interface ActionFile {
	readonly name: string;
	readonly description: string;
	readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
	readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
	readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** What became of a composite action. */
export interface ActionEnd {
	/** Of the step that failed; 0 when all went well. */
	readonly exitCode: number;
	readonly log: string;
	readonly outputs: Readonly<Record<string, string>>;
	/** Other actions that would have been called, with what they would have got. */
	readonly uses: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
	/** Names of the steps that ran. */
	readonly ran: readonly string[];
}

/** Reads `action.yml`. */
export const readAction = (): ActionFile => parse(readFileSync('action.yml', 'utf8')) as ActionFile;

/**
 * Runs a composite action as the runner does, as far as it goes without GitHub: expressions are worked out, each script runs in a real bash with
 * the files that the runner gives (`GITHUB_OUTPUT`, `GITHUB_PATH`, …), a failure skips the rest. Other actions are only noted.
 *
 * @param workspace - The checkout it runs in.
 */
export async function runAction(
	action: ActionFile,
	workspace: string,
	given: { readonly inputs?: Readonly<Record<string, string>>; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ActionEnd> {
	const temp = join(workspace, '.runner');
	mkdirSync(temp, { recursive: true });
	const values = new Map<string, string>([
		['github.token', 'token-of-the-job'],
		['github.workflow', 'prompts'],
		['github.job', 'verify'],
	]);
	const fill = (text: string): string =>
		text.replace(/\$\{\{ ([^}]*) \}\}/g, (_, inner: string) => evaluate(inner, values));
	for (const [name, input] of Object.entries(action.inputs))
		values.set(`inputs.${name}`, given.inputs?.[name] ?? fill(input.default ?? ''));
	const end = { exitCode: 0, log: '', uses: [] as ActionEnd['uses'][number][], ran: [] as string[] };
	let path = `${forbidNpm(temp)}:${process.env.PATH ?? ''}`;
	for (const [index, step] of action.runs.steps.entries()) {
		if (step.if !== undefined && fill(step.if) !== 'true') continue;
		end.ran.push(step.name);
		const filled = (record: Readonly<Record<string, string>> = {}): Record<string, string> =>
			Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fill(value)]));
		if (step.uses !== undefined) {
			end.uses.push({ uses: step.uses, with: filled(step.with) });
			continue;
		}
		const files = Object.fromEntries(
			['GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'].map((name) => [
				name,
				join(temp, `${index}-${name}`),
			]),
		);
		for (const file of Object.values(files)) writeFileSync(file, '');
		const env = {
			HOME: process.env.HOME ?? '/',
			PATH: path,
			CI: 'true',
			GITHUB_ACTIONS: 'true',
			GITHUB_ACTION_PATH: resolve('.'),
			GITHUB_WORKSPACE: workspace,
			RUNNER_TEMP: temp,
			...given.env,
			...files,
			...filled(step.env),
		};
		const { code, printed } = await runScript(
			step.run ?? '',
			resolve(workspace, fill(step['working-directory'] ?? '.')),
			env,
		);
		end.log += printed;
		for (const line of readFileSync(files.GITHUB_OUTPUT ?? '', 'utf8')
			.split('\n')
			.filter(Boolean)) {
			const at = line.indexOf('=');
			values.set(`steps.${step.id}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
		}
		const added = readFileSync(files.GITHUB_PATH ?? '', 'utf8')
			.split('\n')
			.filter(Boolean);
		path = [...added.reverse(), path].join(':');
		end.exitCode = code;
		if (code !== 0) break;
	}
	const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, fill(value)]);
	return { ...end, outputs: Object.fromEntries(outputs) };
}

/**
 * The action installs itself where it is not built. Here that would be `npm ci` in this very checkout, which empties `node_modules` first, also
 * through a link: no test may come there, not even while a build swaps `dist`.
 *
 * @returns The folder to put before `PATH`.
 */
function forbidNpm(temp: string): string {
	const folder = join(temp, 'no-npm');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'npm'), "#!/bin/sh\necho 'A test called npm: build first' >&2\nexit 99\n", {
		mode: 0o755,
	});
	return folder;
}

/** Only what our file uses: a value, or `value == 'text'`; anything else is a mistake of the file. */
function evaluate(expression: string, values: ReadonlyMap<string, string>): string {
	const [, name = '', text] = /^([a-z][\w.-]*)(?: == '([^']*)')?$/.exec(expression.trim()) ?? [];
	if (name === '') throw new Error(`Not understood: ${expression}`);
	const isKnown = values.has(name) || /^steps\.[\w-]+\.outputs\.[\w-]+$/.test(name);
	if (!isKnown) throw new Error(`Unknown value: ${name}`);
	const value = values.get(name) ?? '';
	return text === undefined ? value : String(value === text);
}

/** As `shell: bash` is run. docs.github.com, Workflow syntax: jobs.<job_id>.steps[*].shell */
function runScript(
	script: string,
	cwd: string,
	env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly printed: string }> {
	return new Promise((done, reject) => {
		const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], { cwd, env });
		let printed = '';
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding('utf8').on('data', (chunk: string) => {
				printed += chunk;
			});
		child.once('error', reject);
		child.once('close', (code) => done({ code: code ?? 1, printed }));
	});
}
