import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Io } from '../io.ts';

/** Shows a file in the browser of this desk; says so where there is none to ask for. */
export function openInBrowser(path: string, io: Io): void {
	if (io.env.CI) {
		io.err('verify: not opened, this is CI');
		return;
	}
	const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
	const child = spawn(program, [pathToFileURL(path).href], { detached: true, stdio: 'ignore' });
	child.once('error', () => io.err(`verify: not opened, there is no ${program} here`));
	child.unref();
}
