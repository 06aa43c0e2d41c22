import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';

describe('createWatchdog()', ({ test, skip }) => {
	if (process.platform !== 'linux') {
		skip('ends also whom it was not told of', 'the environment of a process is shown by /proc alone');
		return;
	}

	for (const [title, ...args] of [
		['ends also whom it was not told of, when it was woken before'],
		['ends also who was about to be executed', 'late'],
	] as const) {
		test(title, async () => {
			const program = await bundleProgram('test/helpers/watchdog-program.ts');
			const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
			const [line] = await once(child.stdout, 'data');
			const pid = Number(String(line).trim().split(' ')[1]);
			child.kill('SIGKILL');
			await until(() => !isAlive(pid), 'nobody is left');
		});
	}
});

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
