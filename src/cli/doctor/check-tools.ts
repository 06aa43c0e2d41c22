import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findRg } from '../../host/ripgrep-search.ts';
import { VERSION } from '../version.ts';
import { type Finding, ok, trouble } from './finding.ts';

const LIMIT_MS = 5000;
const OLDEST_NODE = 20;

/** Looks for the programs that runs, searches and the gate call, and asks each for its version. */
export async function checkTools(shell: string, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
	const rg = (await findRg()) ?? 'rg';
	return Promise.all([
		ok('tools', 'tenfold', `${VERSION} on ${process.platform} ${process.arch}`),
		checkNode(process.versions.node),
		ask(rg, ['--version'], env).then((version) =>
			version === null
				? trouble(
						'warn',
						{ section: 'tools', name: 'rg', detail: 'not found' },
						'Install ripgrep: without it transcripts are searched slowly',
					)
				: ok('tools', 'rg', rg === 'rg' ? version : `${version} (of our packages)`),
		),
		checkShell(shell, env),
		ask('git', ['--version'], env).then((version) =>
			version === null
				? trouble(
						'warn',
						{ section: 'tools', name: 'git', detail: 'not found' },
						'Install git: the gate can only look at changes (--since) with it',
					)
				: ok('tools', 'git', version),
		),
	]);
}

function checkNode(version: string): Finding {
	if (Number.parseInt(version, 10) >= OLDEST_NODE) return ok('tools', 'node', version);
	return trouble(
		'fail',
		{ section: 'tools', name: 'node', detail: version },
		`Install Node.js ${OLDEST_NODE} or newer`,
	);
}

/** Not every shell knows `--version`; each runs a command, and stands somewhere. */
async function checkShell(shell: string, env: NodeJS.ProcessEnv): Promise<Finding> {
	const place = await ask(shell, ['-c', 'command -v "$0"', shell], env);
	if (place === null || place === '') {
		const problem = { section: 'tools', name: 'shell', detail: `${shell} runs no command` } as const;
		return trouble('fail', problem, 'Name a shell that is on PATH with --shell or VERIFY_SHELL');
	}
	const real = await realpath(place).catch(() => place);
	const version = await ask(shell, ['--version'], env);
	return ok('tools', 'shell', [shell, real, version ?? ''].filter((part) => part !== '').join(', '));
}

/** @returns First line that the program prints; `null` when it can't be run or fails. */
async function ask(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
	try {
		const { stdout } = await promisify(execFile)(program, args, { env, timeout: LIMIT_MS });
		return stdout.split('\n')[0] ?? '';
	} catch {
		return null;
	}
}
