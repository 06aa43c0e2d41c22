import * as assert from 'uvu/assert';
import { createHost } from '../../src/cli/create-host.ts';
import { createWorkspace } from '../../src/cli/workspace.ts';
import type { Execution, ExecutorClient } from '../../src/client/client.ts';
import type { Clock } from '../../src/core/ports.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { RunContext } from '../../src/run/context.ts';
import { runControl } from '../../src/run/run-control.ts';
import { createStory } from '../../src/run/story.ts';
import { connect } from '../helpers/client.ts';
import { startExecutor } from '../helpers/executor.ts';
import { startLyingExecutor } from '../helpers/lying-executor.ts';
import { processesWith, uniqueSleep } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';

/** The clock of this machine, and how many of its timers run. */
function createCountedClock() {
	const running = new Set<object>();
	const clock: Clock = {
		...nodeClock,
		schedule: (callback, delayMs) => {
			const timer = {};
			running.add(timer);
			const stop = nodeClock.schedule(() => {
				running.delete(timer);
				callback();
			}, delayMs);
			return () => {
				running.delete(timer);
				stop();
			};
		},
	};
	return { clock, running };
}

/** All that a run works with, on this machine; nothing is counted. */
function createContext(more: Pick<RunContext, 'clock' | 'client' | 'signal' | 'cancelPatienceMs'>): RunContext {
	const host = createHost();
	return {
		...host,
		evidence: { confirm: async () => ({ level: 'none', checks: [], reason: null, source: null }) },
		executorKey: null,
		outputs: { keep: async () => null },
		workspace: createWorkspace(),
		story: createStory(nodeClock, []),
		settings: {
			timeoutMs: 60_000,
			stallMs: 60_000,
			errorPatterns: [],
			retries: 0,
			count: 'step',
			stop: 'first-failure',
			shell: 'sh',
			write: false,
			init: false,
			steps: null,
			platform: 'linux',
			evidenceNeeded: 'none',
		},
		openLedger: (file) => openLedger(file, host),
		judgeStage: () => {
			throw new Error('Nothing is counted here');
		},
		writer: host.writers.self,
		env: {},
		secrets: [],
		hasProgram: async () => false,
		sharesFiles: true,
		...more,
	};
}

/** A client that notes which controls are sent. */
const noting = (client: ExecutorClient, controls: string[]): ExecutorClient => ({
	server: client.server,
	execute: async (request, onOutput) => {
		const execution = await client.execute(request, onOutput);
		const control: Execution['control'] = (type) => {
			controls.push(type);
			return execution.control(type);
		};
		return { ...execution, control };
	},
	attach: (...args) => client.attach(...args),
	list: () => client.list(),
	status: (id) => client.status(id),
	close: () => client.close(),
});

const place = { cwd: '/', env: {} };
const prompt = { file: 'a.md', shell: 'sh' };

describe('runControl()', ({ test }) => {
	test('ends a command once that was interrupted before it was sent, and leaves no timer', async () => {
		const served = await startExecutor();
		const client = await connect(served.url);
		const controls: string[] = [];
		const { clock, running } = createCountedClock();
		const context = createContext({
			clock,
			client: noting(client, controls),
			signal: AbortSignal.abort(),
			cancelPatienceMs: 60_000,
		});
		const duration = uniqueSleep();
		const why = await runControl('setup', `sleep ${duration}`, place, prompt, context);
		assert.is(why, 'The setup command did not succeed: interrupted');
		assert.equal(controls, ['CANCEL']);
		assert.is(running.size, 0);
		assert.equal(processesWith(duration), []);
		await client.close();
		await served.close();
	});

	for (const [title, limit, reason] of [
		['is interrupted', null, 'interrupted'],
		['is over its limit', 100, 'executor-lost'],
	] as const) {
		test(`gives an executor up that never answers, once the command ${title}`, async () => {
			const served = await startExecutor();
			const liar = await startLyingExecutor(served.url, {
				tell: (message) => (message.method === 'connected' ? message : null),
			});
			const client = await connect(liar.url);
			const { clock, running } = createCountedClock();
			const interrupt = new AbortController();
			const context = createContext({ clock, client, signal: interrupt.signal, cancelPatienceMs: 200 });
			const settings = { ...context.settings, timeoutMs: limit ?? 0 };
			const ended = runControl('setup', 'true', place, prompt, { ...context, settings });
			if (limit === null) interrupt.abort();
			assert.is(await ended, `The setup command did not succeed: ${reason}`);
			assert.is(running.size, 0);
			await client.close();
			await liar.close();
			await served.close();
		});
	}
});
