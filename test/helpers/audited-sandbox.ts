import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createSandbox, promptText, type Sandbox } from './verify-cli.ts';

/** The prompt of an audited folder. */
export const FILE = 'prompts/build.md';
/** Its ledger. */
export const LEDGER = 'prompts/.ledger/build.md.jsonl';
/** The heads of that. */
export const HEADS = 'prompts/.ledger/build.md.heads';
/** Two steps; the second fails where a file `broken` lies beside the prompt. */
export const STEPS = [
	{ command: 'echo hello', more: ['**Expected Output**: `hello`'], name: 'Greet' },
	{ command: 'test ! -e broken', name: 'Check' },
];

/** A finding as `verify audit --json` gives it. */
export interface Finding {
	readonly code: string;
	readonly isNote: boolean;
	readonly file: string | null;
	readonly line: number | null;
	readonly message: string;
}

/** A folder with one prompt that ran. */
export async function withRuns(runs: number, frontMatter = ''): Promise<Sandbox> {
	const sandbox = createSandbox({ [FILE]: promptText(STEPS, '0:0', frontMatter) });
	for (let run = 0; run < runs; run += 1) await sandbox.verify(FILE);
	return sandbox;
}

/** Works in a folder and removes it. */
export const using =
	(open: () => Promise<Sandbox>, body: (sandbox: Sandbox) => Promise<void>): (() => Promise<void>) =>
	async () => {
		const sandbox = await open();
		try {
			await body(sandbox);
		} finally {
			sandbox.remove();
		}
	};

/** Audits the prompt. */
export async function audit(
	sandbox: Sandbox,
	...args: string[]
): Promise<{ code: number | null; findings: readonly Finding[] }> {
	const { code, stdout, stderr } = await sandbox.verify('audit', FILE, '--json', ...args);
	if (stdout === '') throw new Error(`verify audit ended with ${code}:\n${stderr}`);
	return { code, findings: (JSON.parse(stdout) as { findings: readonly Finding[] }).findings };
}

/** Exit code and codes of an audit, notes left out. */
export async function verdict(sandbox: Sandbox, ...args: string[]): Promise<readonly (string | number | null)[]> {
	const { code, findings } = await audit(sandbox, ...args);
	return [code, ...new Set(findings.filter(({ isNote }) => !isNote).map((finding) => finding.code))];
}

/** Exit code and codes of what the gate misses. */
export const unmetOf = async (sandbox: Sandbox, ...args: string[]): Promise<readonly (string | number | null)[]> => {
	const { code, stdout, stderr } = await sandbox.verify('gate', FILE, '--json', ...args);
	if (stdout === '') throw new Error(`verify gate ended with ${code}:\n${stderr}`);
	return [code, ...(JSON.parse(stdout) as { unmet: readonly { code: string }[] }).unmet.map((unmet) => unmet.code)];
};

/** Calls git in the folder. */
export const git = (sandbox: Sandbox, ...args: string[]): string =>
	execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
		cwd: sandbox.folder,
		stdio: 'pipe',
		encoding: 'utf8',
	});

/** Commits the prompts with their ledgers. */
export function commit(sandbox: Sandbox): void {
	if (!existsSync(sandbox.path('.git'))) git(sandbox, 'init', '-q');
	git(sandbox, 'add', '-f', 'prompts');
	git(sandbox, 'commit', '-q', '-m', 'x');
}
