import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { processesWith, until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';

describe('createWatchdog()', ({ test, skip }) => {
	if (process.platform !== 'linux') {
		skip('ends also whom it was not told of', 'the environment of a process is shown by /proc alone');
		return;
	}

	test('ends also whom it was not told of, when it was woken before', async () => {
		const program = await bundleProgram('test/helpers/watchdog-program.ts');
		const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
		const [line] = await once(child.stdout, 'data');
		const pid = String(line).trim().split(' ')[1];
		const isLeft = (): boolean => processesWith('sleep 300').some((process) => process.split(' ')[0] === pid);
		await until(isLeft, 'the command runs');
		child.kill('SIGKILL');
		await until(() => !isLeft(), 'nobody is left');
	});
});
