import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Sandbox } from './verify-cli.ts';

/** False: there is no program `script` here that makes a terminal. */
export const hasTerminal = spawnSync('script', ['--version']).status === 0;

/** A `verify` that believes to be at a terminal. */
export interface TerminalCli {
	readonly child: ChildProcess;
	/** Waits for a text in what was not looked at yet. */
	sees(text: string): Promise<void>;
	/** All that it printed. */
	screen(): string;
	readonly end: Promise<number | null>;
}

/**
 * Starts the built program with both ends at a terminal; `stdin` of the child is the keyboard.
 *
 * @param size - Such as `rows 30 cols 100`; default: the terminal has none, and nothing moves on it.
 */
export function startAtTerminal(sandbox: Sandbox, args: string, size?: string): TerminalCli {
	const program = `exec ${process.execPath} ${resolve('dist/verify.js')} ${args}`;
	const command = size === undefined ? program : `stty ${size}; ${program}`;
	const child = spawn('script', ['-qfec', command, '/dev/null'], {
		cwd: sandbox.folder,
		env: {
			PATH: process.env.PATH,
			TERM: 'xterm',
			XDG_STATE_HOME: sandbox.path('.state'),
			VERIFY_TEST_SANDBOX: sandbox.folder,
		},
		stdio: 'pipe',
	});
	let printed = '';
	let all = '';
	let look = (): void => {};
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		printed += text;
		all += text;
		look();
	});
	const end = new Promise<number | null>((done) => child.once('close', done));
	return {
		child,
		end,
		screen: () => all,
		sees: (text) =>
			new Promise((done, fail) => {
				look = () => {
					const at = printed.indexOf(text);
					if (at < 0) return;
					printed = printed.slice(at + text.length);
					look = () => {};
					done();
				};
				void end.then(() => fail(new Error(`Ended before it printed ${text}: ${printed}`)));
				look();
			}),
	};
}
