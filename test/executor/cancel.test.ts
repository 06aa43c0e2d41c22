import * as assert from 'uvu/assert';
import { procTable, psTable } from '../../src/host/process-table.ts';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, type RawWire, request } from '../helpers/wire.ts';

const GRACE_MS = 300;

interface Case {
	readonly what: string;
	/** `ready` is printed once everything stands; `D` is a sleep that no other process sleeps. */
	readonly command: string;
	/** Must the executor wait the grace out? */
	readonly isStubborn?: boolean;
	/** Found only where the system shows sessions or environments. */
	readonly needsProc?: boolean;
	readonly isPaused?: boolean;
	readonly shell?: string;
}

const CASES: readonly Case[] = [
	{ what: 'a command that obeys', command: 'echo ready; exec sleep D' },
	{ what: 'children of a shell that obeys', command: 'sleep D & sleep D & echo ready; wait' },
	{
		what: 'a command that ignores TERM',
		command: 'trap "" TERM; echo ready; while :; do sleep D; done',
		isStubborn: true,
	},
	{ what: 'a command that stopped itself', command: 'sleep D & echo ready; kill -STOP $$' },
	{ what: 'a paused command', command: 'sleep D & echo ready; wait', isPaused: true },
	{
		what: 'a paused command that ignores TERM',
		command: 'trap "" TERM; sleep D & echo ready; wait; sleep D',
		isPaused: true,
		isStubborn: true,
	},
	{
		what: 'children that ignore TERM after their parent died early',
		command: '(trap "" TERM; sleep D) & echo ready; wait',
		isStubborn: true,
	},
	{ what: 'a child in a session of its own', command: 'setsid sleep D & echo ready; wait' },
	{
		what: 'a daemon: forked twice, in a session of its own, its output elsewhere',
		command: '(setsid sh -c "(sleep D >/dev/null 2>&1 </dev/null &) ; exit" &) ; sleep 0.1; echo ready; exec sleep D',
		needsProc: true,
	},
	{
		what: 'a child in a session of its own that ignores TERM and hides its environment',
		command: 'env -i setsid sh -c "trap \'\' TERM; echo ready; while :; do sleep D; done" & wait',
		isStubborn: true,
	},
	{
		what: 'jobs in groups of their own',
		command: 'set -m; sleep D & sleep D & echo ready; wait',
		shell: 'bash',
		needsProc: true,
	},
];

for (const [name, table] of [
	['/proc', procTable],
	['ps', psTable],
] as const) {
	describe(`CANCEL by ${name}`, ({ test, before, after, beforeEach, afterEach }) => {
		let served: TestExecutor;
		let wire: RawWire;
		before(async () => {
			served = await startExecutor({ table, graceMs: GRACE_MS, drainMs: 600 });
		});
		after(() => served.close());
		beforeEach(async () => {
			wire = await connectRaw(served.url);
		});
		afterEach(() => wire.close());

		for (const { what, command, isStubborn = false, needsProc = false, isPaused = false, shell = 'sh' } of CASES) {
			if (needsProc && table === psTable) continue;
			test(`ends ${what}`, async () => {
				const duration = uniqueSleep();
				wire.send(request(1, 'execute', { command: command.replaceAll(' D', ` ${duration}`), shell }));
				await wire.notification('process.output');
				await until(() => countRunning(`sleep ${duration}`) > 0, 'the sleep stands');
				if (isPaused) {
					wire.send(request(2, 'control', { type: 'PAUSE' }));
					await wire.notification('process.paused');
				}
				const startedMs = performance.now();
				wire.send(request(3, 'control', { type: 'CANCEL' }));
				await wire.notification('process.canceled');
				const completed = await wire.notification('process.completed');
				const tookMs = performance.now() - startedMs;
				assert.equal(processesWith(duration), []);
				assert.is(completed.canceled, true);
				assert.is(completed.error, null);
				assert.is(completed.status, 'failed');
				if (isStubborn) assert.ok(tookMs >= GRACE_MS, `took ${tookMs} ms`);
				// Nobody had to be killed.
				else assert.equal(completed.leaked, []);
				assert.ok(tookMs < GRACE_MS + 3000, `took ${tookMs} ms`);
			});
		}

		test('names who had to be killed', async () => {
			const duration = uniqueSleep();
			wire.send(request(1, 'execute', { command: `(trap "" TERM; exec sleep ${duration}) & echo ready; wait` }));
			await wire.notification('process.output');
			await until(() => countRunning(`sleep ${duration}`) === 1, 'the sleep stands');
			wire.send(request(2, 'control', { type: 'CANCEL' }));
			const { leaked } = await wire.notification('process.completed');
			const [found] = leaked as { pid: number; command: string }[];
			assert.is((leaked as unknown[]).length, 1);
			assert.match(found?.command ?? '', `sleep ${duration}`);
		});

		test('sends TERM once: a handler may take its time and its say', async () => {
			const handler = "trap 'n=$((n+1)); echo term $n' TERM";
			const command = `n=0; ${handler}; echo ready; while :; do sleep 0.05; [ $n = 0 ] || exit 7; done 2>/dev/null`;
			wire.send(request(1, 'execute', { command }));
			await wire.notification('process.output');
			wire.send(request(2, 'control', { type: 'CANCEL' }));
			const completed = await wire.notification('process.completed');
			const text = wire.messages
				.map(({ method, params }) => (method === 'process.output' ? params?.data : ''))
				.join('');
			assert.is(text, 'ready\nterm 1\n');
			assert.is(completed.exit_code, 7);
		});

		test('answers a control after the end with -32003', async () => {
			wire.send(request(1, 'execute', { command: 'true', execution_id: `${name} ended` }));
			await wire.notification('process.completed');
			for (const type of ['PAUSE', 'RESUME', 'CANCEL']) {
				wire.send(request(type, 'control', { type, execution_id: `${name} ended` }));
				assert.is((await wire.answer(type)).error?.code, -32003);
			}
		});

		test('sweeps after a normal end, and is not held up by a daemon that holds the pipes', async () => {
			const duration = uniqueSleep();
			const startedMs = performance.now();
			wire.send(request(1, 'execute', { command: `sleep ${duration} & setsid sleep ${duration} & echo done` }));
			const completed = await wire.notification('process.completed');
			const tookMs = performance.now() - startedMs;
			assert.ok(tookMs < 1500, `took ${tookMs} ms`);
			assert.is(completed.exit_code, 0);
			assert.is(completed.canceled, false);
			if (table === procTable) {
				assert.equal(processesWith(duration), []);
				const commands = (completed.leaked as { command: string }[]).map(({ command }) => command);
				assert.equal(commands, [`sleep ${duration}`, `sleep ${duration}`]);
			} else {
				// ps shows no environments: who left the group and lost its parent can't be told from a stranger.
				for (const line of processesWith(duration)) process.kill(Number.parseInt(line, 10));
			}
		});

		test('sweeps leftovers that print without end, and still tells all of the output', async () => {
			const duration = uniqueSleep();
			wire.send(
				request(1, 'execute', { command: `(while :; do echo x; sleep 0.02; done) & sleep ${duration} & echo done` }),
			);
			const completed = await wire.notification('process.completed');
			assert.is(completed.exit_code, 0);
			assert.equal(processesWith(duration), []);
		});
	});
}
