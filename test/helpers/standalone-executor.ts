import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** A `verify serve` that runs as a process of its own. */
export interface StandaloneExecutor {
	readonly url: string;
	readonly child: ChildProcess;
	/** Asks it to end and waits until it has; gives its exit code. May be called after it was killed. */
	close(): Promise<number | null>;
}

/**
 * Starts the built `verify serve` on a free port, with a grace of 300 ms and a key of its own.
 *
 * @throws {Error} It ended before it told its URL.
 */
export async function startStandalone(...args: readonly string[]): Promise<StandaloneExecutor> {
	const folder = mkdtempSync(join(tmpdir(), 'verify-serve-'));
	const files = ['--transcripts', folder, '--key', join(folder, 'key.pem')];
	const options = ['serve', '--port', '0', '--grace', '300ms', ...files, ...args];
	const child = spawn(process.execPath, [resolve('dist/verify.js'), ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
	let complaints = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaints = (complaints + text).slice(-10_000);
	});
	const ended = once(child, 'close').then(([code]) => {
		rmSync(folder, { recursive: true, force: true });
		return code as number | null;
	});
	const url = await Promise.race([
		once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
		ended.then((code) => {
			throw new Error(`verify serve ended with ${code}: ${complaints}`);
		}),
	]);
	return {
		url,
		child,
		close: () => {
			child.kill('SIGTERM');
			return ended;
		},
	};
}
