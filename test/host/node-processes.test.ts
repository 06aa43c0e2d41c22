import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import type { GroupSpec } from '../../src/core/ports.ts';
import { createLauncher } from '../../src/host/launcher.ts';
import { createNodeProcesses, type NodeProcesses } from '../../src/host/node-processes.ts';
import { type ProcessTable, procTable, psTable } from '../../src/host/process-table.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe, rejection } from '../helpers/suite.ts';

const spec = (command: string, more: Partial<GroupSpec> = {}): GroupSpec => ({
	command,
	shell: 'sh',
	cwd: '/',
	env: { PATH: process.env.PATH ?? '' },
	...more,
});

const parentOf = (pid: number): number =>
	Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));

/** Pids of the watchdogs that this process started. */
const ownWatchdogs = (): number[] => {
	const children = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
		.split('\n')
		.map((line) => line.trim().split(/\s+/).map(Number))
		.filter(([, parent]) => parent === process.pid)
		.map(([pid]) => pid);
	return processesWith('verify-watchdog')
		.map((line) => Number.parseInt(line, 10))
		.filter((pid) => children.includes(pid));
};

for (const [name, table, launcher] of [
	['/proc', procTable, 'never'],
	['/proc', procTable, 'first'],
	['ps', psTable, 'never'],
	['ps', psTable, 'first'],
] as const) {
	describe(`createNodeProcesses() by ${name}, launcher ${launcher}`, ({ test, before, after }) => {
		let processes: NodeProcesses;
		before(() => {
			processes = createNodeProcesses({ table, launcher });
		});
		after(() => processes.close());

		const run = async (command: string, more: Partial<GroupSpec> = {}) => {
			const group = await processes.spawnGroup(spec(command, more));
			let output = '';
			group.onOutput((stream, chunk) => {
				output += `${stream}: ${Buffer.from(chunk)}`;
			});
			await group.closed;
			return { group, output, exit: await group.exited };
		};

		test('runs a command with exactly the given environment, folder and input', async () => {
			const command = 'printf "%s %s [%s] " "$A" "$(pwd)" "$HOME"; cat';
			const { output, exit } = await run(command, { env: { PATH: process.env.PATH ?? '', A: '1' }, stdin: 'in' });
			assert.is(output.replaceAll('stdout: ', ''), '1 / [] in');
			assert.equal(exit, { exitCode: 0, signal: null });
		});

		test('closes the input at once where none is given', async () => {
			assert.is((await run('cat; echo end')).output, 'stdout: end\n');
		});

		test('survives a command that does not read its input', async () => {
			assert.equal((await run('exec 0<&-; exit 3', { stdin: 'x'.repeat(1_000_000) })).exit, {
				exitCode: 3,
				signal: null,
			});
		});

		test('tells exit code or signal', async () => {
			assert.equal((await run('exit 255')).exit, { exitCode: 255, signal: null });
			assert.equal((await run('kill -9 $$')).exit, { exitCode: null, signal: 'SIGKILL' });
		});

		test('starts each command as the leader of its own group', async () => {
			const { group, output } = await run('ps -o pgid= -p $$');
			assert.is(Number(output.replace('stdout: ', '')), group.pgid);
			assert.is(group.pid, group.pgid);
		});

		test('throws SPAWN_FAILED for a missing folder, a file as folder, a missing shell', async () => {
			for (const [more, message] of [
				[{ cwd: '/missing' }, /\/missing is not a folder/],
				[{ cwd: '/etc/passwd' }, /\/etc\/passwd is not a folder/],
				[{ shell: '/missing/sh' }, /shell \/missing\/sh/],
				[{ shell: '/etc/passwd' }, /shell \/etc\/passwd/],
			] as const) {
				const error = await rejection(processes.spawnGroup(spec('true', more)));
				assert.ok(isAppError(error) && error.code === 'SPAWN_FAILED', String(error));
				assert.match(error.message, message);
			}
		});

		test('reads nothing before somebody listens, and nothing while paused', async () => {
			const group = await processes.spawnGroup(spec('echo early'));
			await group.exited;
			let output = '';
			group.pause();
			group.onOutput((_stream, chunk) => {
				output += Buffer.from(chunk);
			});
			await group.closed;
			assert.is(output, 'early\n');
		});

		test('finds survivors of a group whose leader is gone, signals them, and nobody afterwards', async () => {
			const duration = uniqueSleep();
			const { group } = await run(`sleep ${duration} >/dev/null 2>&1 &`);
			// Its leader is gone: nobody is signalled before somebody of ours was seen.
			assert.is(group.signal('SIGTERM'), false);
			const [survivor, ...others] = await group.survivors();
			assert.equal(others, []);
			assert.is(survivor?.command, `sleep ${duration}`);
			assert.is(group.signal('SIGTERM'), true);
			await until(() => processesWith(duration).length === 0, 'it is gone');
			for (;;) if ((await group.survivors()).length === 0) break;
			assert.is(group.signal('SIGTERM'), false);
			assert.equal(await group.survivors(), []);
		});

		test('finds children that left the group', async () => {
			const duration = uniqueSleep();
			const group = await processes.spawnGroup(spec(`setsid sleep ${duration} & wait`));
			await until(() => countRunning(`sleep ${duration}`) === 1, 'it stands');
			const commands = (await group.survivors()).map(({ command }) => command);
			assert.equal(commands.sort(), [`sh -c setsid sleep ${duration} & wait`, `sleep ${duration}`]);
			assert.is(group.signal('SIGKILL'), true);
			await until(() => processesWith(duration).length === 0, 'all are gone');
		});

		test('does not take a zombie for a survivor', async () => {
			const duration = uniqueSleep();
			// What is executed in place of the shell reaps no children.
			const group = await processes.spawnGroup(spec(`true & exec sleep ${duration}`));
			await until(() => countRunning(`sleep ${duration}`) === 1, 'it sleeps');
			await until(async () => (await group.survivors()).length === 1, 'the sleeper alone is told');
			assert.is(group.signal('SIGKILL'), true);
			await group.exited;
		});

		test('starts its watchdog again when somebody killed it', async () => {
			const group = await processes.spawnGroup(spec('sleep 30'));
			const [first] = ownWatchdogs();
			if (first === undefined) throw new Error('No watchdog');
			process.kill(first, 'SIGKILL');
			await until(() => ownWatchdogs().some((pid) => pid !== first), 'another one stands');
			group.signal('SIGKILL');
			await group.exited;
		});
	});
}

describe('createNodeProcesses() with a lane that comes late', ({ test, skip }) => {
	const title = 'finds survivors beside a leader that nobody has reaped yet';
	const launcher = createLauncher({});
	launcher?.close();
	if (launcher === null) {
		skip(title, 'no launcher here');
		return;
	}
	test(title, async () => {
		const processes = createNodeProcesses({ launcher: 'first', table: psTable });
		const duration = uniqueSleep();
		const group = await processes.spawnGroup(spec(`sleep ${duration} >/dev/null 2>&1 &`));
		await group.exited;
		const lane = parentOf(group.pid);
		process.kill(lane, 'SIGSTOP');
		// The lane is told to reap when the next command comes; this one is heard of once it has done so.
		const next = processes.spawnGroup(spec('true'));
		await (await processes.spawnGroup(spec('true'))).exited;
		assert.is(parentOf(group.pid), lane);
		assert.equal(
			(await group.survivors()).map(({ command }) => command),
			[`sleep ${duration}`],
		);
		assert.is(group.signal('SIGKILL'), true);
		process.kill(lane, 'SIGCONT');
		await (await next).exited;
		processes.close();
	});
});

describe('createNodeProcesses() beside those who come and go', ({ test, skip }) => {
	const title = 'finds whoever left the group and was forked while we asked for its environment';
	if (!existsSync('/proc/self/stat')) {
		skip(title, 'there is no /proc');
		return;
	}
	test(title, async () => {
		const folder = mkdtempSync(join(tmpdir(), 'verify-forked-'));
		const gate = join(folder, 'gate');
		execFileSync('mkfifo', [gate]);
		const duration = uniqueSleep();
		const waits = `read -r word <${gate}; sleep ${duration} & exit`;
		const isAlive = (pid: number): boolean => {
			try {
				return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
			} catch {
				return false;
			}
		};
		let isForked = false;
		/** It has been listed, and forks and ends before anybody asks whose it is. */
		const table: ProcessTable = {
			...procTable,
			environmentOf: (pid) => {
				const [stray] = processesWith(gate).map((line) => Number.parseInt(line, 10));
				if (stray === pid && !isForked) {
					isForked = true;
					writeFileSync(gate, 'go\n');
					while (isAlive(pid));
				}
				return procTable.environmentOf(pid);
			},
		};
		const processes = createNodeProcesses({ table, launcher: 'never' });
		const group = await processes.spawnGroup(spec(`setsid sh -c '${waits}' >/dev/null 2>&1 &`));
		await group.exited;
		await until(() => processesWith(gate).some((line) => !line.includes('setsid')), 'it has left the group');
		const survivors = await group.survivors();
		assert.ok(isForked);
		assert.equal(
			survivors.map(({ command }) => command),
			[`sleep ${duration}`],
		);
		group.signal('SIGKILL');
		await until(() => processesWith(duration).length === 0, 'it is gone');
		processes.close();
		rmSync(folder, { recursive: true });
	});
});
