import * as assert from 'uvu/assert';
import { createHost } from '../../src/cli/create-host.ts';
import { createWorkspace } from '../../src/cli/workspace.ts';
import type { Clock } from '../../src/core/ports.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { RunContext } from '../../src/run/context.ts';
import { runControl } from '../../src/run/run-control.ts';
import { createStory } from '../../src/run/story.ts';
import { connect } from '../helpers/client.ts';
import { startExecutor } from '../helpers/executor.ts';
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

describe('runControl()', ({ test }) => {
	test('ends a command once that was interrupted before it was sent, and leaves no timer', async () => {
		const served = await startExecutor();
		const client = await connect(served.url);
		const controls: string[] = [];
		const { clock, running } = createCountedClock();
		const host = createHost();
		const context: RunContext = {
			...host,
			clock,
			client: {
				server: client.server,
				execute: async (request, onOutput) => {
					const execution = await client.execute(request, onOutput);
					return {
						...execution,
						control: (type) => {
							controls.push(type);
							return execution.control(type);
						},
					};
				},
				attach: client.attach,
				list: client.list,
				status: client.status,
				close: client.close,
			},
			evidence: { confirm: async () => ({ level: 'none', checks: [], reason: null, source: null }) },
			executorKey: null,
			outputs: { keep: async () => null },
			workspace: createWorkspace(),
			story: createStory(clock, []),
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
			signal: AbortSignal.abort(),
			hasProgram: async () => false,
			sharesFiles: true,
			cancelPatienceMs: 60_000,
		};
		const duration = uniqueSleep();
		const why = await runControl(
			'setup',
			`sleep ${duration}`,
			{ cwd: '/', env: {} },
			{ file: 'a.md', shell: 'sh' },
			context,
		);
		assert.is(why, 'The setup command did not succeed: interrupted');
		assert.equal(controls, ['CANCEL']);
		assert.is(running.size, 0);
		assert.equal(processesWith(duration), []);
		await client.close();
		await served.close();
	});
});
