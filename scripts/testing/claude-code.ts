import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';

/** The version whose transcripts the suite looks at; the newest that Node 20 can install. */
const VERSION = '2.1.197';
const FOLDER = `.cache/claude-code-${VERSION}`;
const PROGRAM = resolve(
	FOLDER,
	'node_modules/@anthropic-ai',
	`claude-code-${process.platform}-${process.arch}`,
	'claude',
);
const LIMIT_MS = 300_000;

/**
 * Installs the real Claude Code CLI into a cache folder, once: its one binary has 240 MB, too much for every `npm ci`. None of its
 * scripts are run.
 *
 * @returns Where the program is, or why there is none.
 */
export async function installClaudeCode(): Promise<{ readonly path: string } | { readonly reason: string }> {
	if (await exists(PROGRAM)) return { path: PROGRAM };
	const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
	const child = spawn('npm', ['install', '--prefix', FOLDER, ...flags, `@anthropic-ai/claude-code@${VERSION}`], {
		stdio: ['ignore', 'inherit', 'inherit'],
		timeout: LIMIT_MS,
	});
	const code = await new Promise<number | null>((settle) => {
		child.once('error', () => settle(null));
		child.once('close', settle);
	});
	if (await exists(PROGRAM)) return { path: PROGRAM };
	const what = `@anthropic-ai/claude-code@${VERSION} for ${process.platform}-${process.arch}`;
	return { reason: `${what} could not be installed (npm ended with ${code ?? 'no exit code'})` };
}

const exists = (path: string): Promise<boolean> =>
	access(path).then(
		() => true,
		() => false,
	);
