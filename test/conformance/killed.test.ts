import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as assert from 'uvu/assert';
import { connectExecutor } from '../../src/library/client.ts';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { type StandaloneExecutor, startStandalone } from '../helpers/standalone-executor.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, request } from '../helpers/wire.ts';

const client = await bundleProgram('test/helpers/doomed-client.ts');
const STATES = ['connecting', 'starting', 'started', 'paused', 'cancelling', 'unread', 'ended'];

describe('kill -9', ({ test, before, after }) => {
	let served: StandaloneExecutor;
	before(async () => {
		served = await startStandalone();
	});
	after(async () => {
		await served.close();
	});

	for (const state of STATES) {
		test(`of a client that is ${state} leaves no process, and others are served`, async () => {
			const duration = uniqueSleep();
			const doomed = await startUntilThere(state, served.url, duration);
			doomed.kill('SIGKILL');
			await once(doomed, 'close');
			await until(() => processesWith(duration).length === 0, 'nothing is left');
			const wire = await connectRaw(served.url);
			wire.send(request(1, 'execute', { command: 'true' }));
			assert.is((await wire.notification('process.completed')).exit_code, 0);
			await wire.close();
		});
	}

	test('of the executor leaves no process, whatever state its executions are in', async () => {
		const other = await startStandalone();
		const executor = await connectExecutor(other.url, { reconnect: false });
		const duration = uniqueSleep();
		const commands = [
			`echo; exec sleep ${duration}`,
			`trap "" TERM; echo; while :; do sleep ${duration}; done`,
			`setsid sleep ${duration} & echo; wait`,
			`echo; exec sleep ${duration}`,
		];
		const executions = await Promise.all(commands.map((command) => executor.execute(command)));
		for (const { output, completed } of executions) {
			completed.catch(() => {});
			await output.next();
		}
		await executions[3]?.pause();
		await executions[1]?.cancel();
		other.child.kill('SIGKILL');
		await once(other.child, 'close');
		await until(() => processesWith(duration).length === 0, 'nothing is left');
		await executor.close();
	});
});

async function startUntilThere(state: string, url: string, duration: string): Promise<ChildProcess> {
	const child = spawn(process.execPath, [client, url, state, duration], { stdio: ['ignore', 'pipe', 'inherit'] });
	await once(createInterface(child.stdout), 'line');
	return child;
}
