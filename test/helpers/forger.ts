import { spawn } from 'node:child_process';
import {
	appendFileSync,
	copyFileSync,
	cpSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Deed, FORGERY_CASES, type ForgeryCase } from '../../scripts/testing/forgery-cases.ts';
import { commit, FILE, git, LEDGER, STEPS } from './audited-sandbox.ts';
import { bundleProgram } from './bundle-program.ts';
import { ForgedLedger, publicKeyOf } from './forged-ledger.ts';
import { type CliResult, createSandbox, promptText, type Sandbox } from './verify-cli.ts';

/** Sandboxes in which genuine runs took place, to be copied for each case. */
export interface ForgeryBases {
	readonly graduated: Sandbox;
	readonly failed: Sandbox;
	readonly service: VerifyService;
	close(): void;
}

/** Lets five clean runs graduate a prompt, and two more fail. */
export async function createForgeryBases(): Promise<ForgeryBases> {
	const service = startService(await bundleProgram('test/helpers/verify-service.ts'));
	const graduated = createSandbox({ [FILE]: promptText(STEPS), 'prompts/other.md': promptText(STEPS) });
	for (const _ of [1, 2, 3, 4, 5]) await runGenuinely(graduated, 0);
	const failed = copyOf(graduated);
	failed.write('prompts/broken', '');
	for (const _ of [1, 2]) await runGenuinely(failed, 1);
	rmSync(failed.path('prompts/broken'));
	const close = (): void => {
		service.close();
		graduated.remove();
		failed.remove();
	};
	return { graduated, failed, service, close };
}

async function runGenuinely(sandbox: Sandbox, exit: number): Promise<void> {
	const { code, stdout, stderr } = await sandbox.verify(FILE, '--no-html');
	if (code !== exit) throw new Error(`verify ${FILE} ended with ${code}:\n${stdout}${stderr}`);
}

/** Runs `verify` without starting a process each time. */
interface VerifyService {
	run(sandbox: Sandbox, commands: readonly (readonly string[])[]): Promise<readonly CliResult[]>;
	close(): void;
}

function startService(program: string): VerifyService {
	const child = spawn(process.execPath, [program], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: { ...process.env, NO_COLOR: '1', CI: '', GITHUB_ACTIONS: '', CLAUDE_CONFIG_DIR: '', CODEX_HOME: '' },
	});
	const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	return {
		async run({ folder }, commands) {
			const env = { HOME: join(folder, 'home'), XDG_STATE_HOME: join(folder, '.state') };
			child.stdin.write(`${JSON.stringify({ cwd: folder, env, commands })}\n`);
			const { value, done } = await answers.next();
			if (done === true) throw new Error('verify ended its whole process');
			return JSON.parse(value) as readonly CliResult[];
		},
		close: () => child.stdin.end(),
	};
}

function copyOf(base: Sandbox): Sandbox {
	const copy = createSandbox();
	cpSync(base.folder, copy.folder, { recursive: true, verbatimSymlinks: true });
	return copy;
}

/** A case in a folder of its own. */
export interface ForgeryScene {
	readonly sandbox: Sandbox;
	/** Runs command lines one after the other; the home of the user is in the sandbox too. */
	verifyAll(commands: readonly (readonly string[])[]): Promise<readonly CliResult[]>;
}

/** Does what a case says. */
export async function stageForgery({ name, base, deeds }: ForgeryCase, bases: ForgeryBases): Promise<ForgeryScene> {
	const sandbox = copyOf(bases[base]);
	const scene = new Scene(sandbox, bases.service);
	const folder = join(FORGERY_CASES, name);
	const projects = `home/.claude/projects/${sandbox.folder.replace(/[^A-Za-z0-9]/g, '-')}`;
	for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
		if (!file.isFile() || file.name === 'case.json') continue;
		const path = join(file.parentPath, file.name);
		const inside = path.slice(folder.length + 1);
		// What lies in `sessions` is the agent's; all else is put beside the prompts.
		const text = readFileSync(path, 'utf8');
		if (inside.startsWith('sessions/')) sandbox.write(inside.replace('sessions', projects), scene.fill(text));
		else sandbox.write(inside, text);
	}
	for (const deed of deeds) await scene.act(deed);
	return scene;
}

class Scene implements ForgeryScene {
	readonly sandbox: Sandbox;
	readonly #values: Readonly<Record<string, string>>;
	readonly #startMs: number;
	readonly #endMs: number;
	readonly #service: VerifyService;

	constructor(sandbox: Sandbox, service: VerifyService) {
		this.sandbox = sandbox;
		this.#service = service;
		const { proof = '', startedAt, finishedAt, transcript, run } = sandbox.record();
		this.#startMs = Date.parse(startedAt);
		this.#endMs = Date.parse(finishedAt ?? '');
		const marker = /marker=(\S+)/.exec(proof ?? '')?.[1] ?? '';
		const results = /results=(\S+)/.exec(proof ?? '')?.[1] ?? '';
		this.#values = { proof: proof ?? '', marker, results, run, transcript: transcript ?? '', cwd: sandbox.folder };
	}

	verifyAll(commands: readonly (readonly string[])[]): Promise<readonly CliResult[]> {
		const filled = commands.map((args) => args.map((arg) => this.fill(arg)));
		return this.#service.run(this.sandbox, filled);
	}

	/** Puts in what only the newest run knows: `{{proof}}`, `{{marker}}`, …, `{{start-2000}}`, `{{end+500}}` in milliseconds. */
	fill(text: string): string {
		return text.replace(/\{\{(\w+)([+-]\d+)?\}\}/g, (whole, name: string, offset?: string) => {
			if (offset === undefined) return this.#values[name] ?? whole;
			return new Date((name === 'start' ? this.#startMs : this.#endMs) + Number(offset)).toISOString();
		});
	}

	async act(deed: Deed): Promise<void> {
		const { sandbox } = this;
		const path = (file: string): string => sandbox.path(this.fill(file));
		switch (deed.do) {
			case 'write':
				return sandbox.write(this.fill(deed.file), this.fill(deed.text));
			case 'replace': {
				const text = sandbox.read(this.fill(deed.file));
				if (!text.includes(deed.from)) throw new Error(`${deed.file} does not hold ${deed.from}`);
				return sandbox.write(this.fill(deed.file), text.replaceAll(deed.from, deed.to));
			}
			case 'append':
				return appendFileSync(path(deed.file), this.fill(deed.text));
			case 'remove':
				return rmSync(path(deed.file), { recursive: true });
			case 'copy':
				return copyFileSync(path(deed.file), path(deed.to));
			case 'move':
				mkdirSync(dirname(path(deed.to)), { recursive: true });
				return renameSync(path(deed.file), path(deed.to));
			case 'link':
				return symlinkSync(path(deed.file), path(deed.to));
			case 'verify':
				return this.#verify(deed);
			case 'kill':
				return this.#kill(deed);
			case 'commit':
				return commit(sandbox);
			case 'git':
				return void git(sandbox, ...deed.args);
			case 'list-key': {
				const { key: owner, notAfter } = deed;
				const key = publicKeyOf(owner, sandbox);
				const keys = [{ key, name: owner, ...(notAfter && { notAfter }) }];
				return sandbox.write('prompts/.ledger/keys.json', JSON.stringify({ keys }));
			}
			case 'edit-record':
			case 'add-record':
			case 'sign':
			case 'take-signature':
			case 'drop-records':
				return forgeLedger(sandbox, deed);
			default:
				return changeLines(sandbox, deed);
		}
	}

	async #verify({ args, exit, says = [] }: Extract<Deed, { do: 'verify' }>): Promise<void> {
		const { code, stdout, stderr } = await this.sandbox.verify(...args);
		const printed = stdout + stderr;
		const missing = says.find((piece) => !printed.includes(piece));
		if (code === exit && missing === undefined) return;
		throw new Error(`verify ${args.join(' ')} ended with ${code}, not ${exit}, or without "${missing}":\n${printed}`);
	}

	async #kill({ args, sees }: Extract<Deed, { do: 'kill' }>): Promise<void> {
		const running = this.sandbox.start(args);
		await running.sees(sees);
		running.child.kill('SIGKILL');
		await running.finished;
		await this.sandbox.leftoversAtLast();
	}
}

type RecordDeed = Extract<Deed, { do: 'edit-record' | 'add-record' | 'sign' | 'take-signature' | 'drop-records' }>;

/** With the knowledge of what a record is. */
function forgeLedger(sandbox: Sandbox, deed: RecordDeed): void {
	const ledger = new ForgedLedger(sandbox);
	if (deed.do === 'edit-record') {
		for (const line of [deed.line].flat()) {
			ledger.edit(line, deed.set);
			ledger.seal(line, deed.seal);
		}
	} else if (deed.do === 'add-record') ledger.add(deed);
	else {
		if (deed.do === 'sign') for (const line of deed.lines) ledger.sign(line, deed.key);
		else if (deed.do === 'take-signature') ledger.takeSignature(deed);
		else ledger.drop(deed.lines);
		ledger.seal(1, 'all');
	}
	ledger.write();
}

type LineDeed = Extract<Deed, { do: 'remove-line' | 'repeat-line' | 'swap-lines' | 'keep-lines' | 'cut-bytes' }>;

/** With any editor. */
function changeLines(sandbox: Sandbox, deed: LineDeed): void {
	const text = sandbox.read(LEDGER);
	if (deed.do === 'cut-bytes') {
		sandbox.write(LEDGER, text.slice(0, -deed.count));
		return;
	}
	const lines = text.trimEnd().split('\n');
	if (deed.do === 'keep-lines') lines.length = deed.count;
	else if (deed.do === 'remove-line') lines.splice(deed.line - 1, 1);
	else if (deed.do === 'repeat-line') lines.splice(deed.line, 0, lines[deed.line - 1] ?? '');
	else if (deed.do === 'swap-lines') {
		const [one, other] = deed.lines;
		[lines[one - 1], lines[other - 1]] = [lines[other - 1] ?? '', lines[one - 1] ?? ''];
	}
	sandbox.write(LEDGER, `${lines.join('\n')}\n`);
}
