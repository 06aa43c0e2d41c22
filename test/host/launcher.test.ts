import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { GroupSpec } from '../../src/core/ports.ts';
import { createLauncher, type Launcher } from '../../src/host/launcher.ts';
import type { GroupChild } from '../../src/host/node-process-group.ts';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';

const env = { PATH: process.env.PATH ?? '', KEPT: 'kept', GONE: 'gone' };

const spec = (command: string, more: Partial<GroupSpec> = {}): GroupSpec => ({
	command,
	shell: 'sh',
	cwd: '/',
	env,
	...more,
});

/** All whom a process has started, and whom they have. */
function descendants(pid: number): number[] {
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
	return children.flatMap((child) => [child, ...descendants(child)]);
}

describe('createLauncher()', ({ test, before, after }) => {
	let launcher: Launcher;
	before(() => {
		const made = createLauncher(env);
		if (made === null) throw new Error('No launcher here');
		launcher = made;
	});
	after(() => launcher.close());

	const start = async (command: string, more: Partial<GroupSpec> = {}): Promise<GroupChild> => {
		const child = await launcher.launch(spec(command, more));
		if (child === null) throw new Error('Not launched');
		return child;
	};

	const finish = async (child: GroupChild) => {
		const text = { stdout: '', stderr: '' };
		for (const stream of ['stdout', 'stderr'] as const) {
			child[stream].on('data', (chunk: Uint8Array) => {
				text[stream] += Buffer.from(chunk);
			});
		}
		const [exit] = await Promise.all([
			new Promise<[number | null, string | null]>((resolve) => child.once('exit', (...end) => resolve(end))),
			...[child.stdout, child.stderr].map((stream) => new Promise<void>((resolve) => stream.once('close', resolve))),
		]);
		return { ...text, exit };
	};

	test('keeps the streams apart and tells every exit code and signal', async () => {
		assert.equal(await finish(await start('echo out; echo err >&2; exit 137')), {
			stdout: 'out\n',
			stderr: 'err\n',
			exit: [137, null],
		});
		assert.equal((await finish(await start('kill -KILL $$'))).exit, [null, 'SIGKILL']);
		assert.equal((await finish(await start('kill -TERM $$'))).exit, [null, 'SIGTERM']);
	});

	test('gives exactly the environment of each command, whatever the one before had', async () => {
		const names = (text: string): string[] =>
			text
				.split('\n')
				.filter((line) => /^[A-Z]+=/.test(line) && !/^(PWD|SHLVL|_|OLDPWD)=/.test(line))
				.sort();
		const first = await finish(await start('env', { env: { PATH: env.PATH, KEPT: 'changed', NEW: 'a=b c' } }));
		assert.equal(names(first.stdout), ['KEPT=changed', 'NEW=a=b c', `PATH=${env.PATH}`]);
		assert.equal(names((await finish(await start('env'))).stdout), ['GONE=gone', 'KEPT=kept', `PATH=${env.PATH}`]);
	});

	test('gives pipes that can be opened again by name, and an empty input', async () => {
		assert.is((await finish(await start('cat; echo again > /dev/stdout'))).stdout, 'again\n');
	});

	test('leaves no signal ignored and no descriptor open', async () => {
		const command = 'grep SigIgn /proc/$$/status; ls /proc/$$/fd';
		const { stdout } = await finish(await start(command));
		assert.is(stdout, execFileSync('sh', ['-c', command], { encoding: 'utf8' }));
	});

	test('runs many steps one after the other on one lane, each in a session of its own', async () => {
		const pids = new Set<number>();
		for (let step = 0; step < 50; step += 1) {
			const child = await start('echo $$ $(ps -o sid= -p $$)');
			const { stdout } = await finish(child);
			assert.equal(stdout.split(/\s+/).filter(Boolean).map(Number), [child.pid, child.pid]);
			pids.add(child.pid);
		}
		assert.is(pids.size, 50);
	});

	test('keeps the number of an ended command taken until its end was told', async () => {
		const child = await start('true');
		let state = '';
		child.once('exit', () => {
			state = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]?.[0] ?? '';
		});
		await finish(child);
		assert.is(state, 'Z');
	});

	test('declines what it can not serve, and what would fail', async () => {
		for (const more of [{ stdin: 'text' }, { shell: '/missing/sh' }, { cwd: '/missing' }, { shell: '/etc/passwd' }]) {
			assert.is(await launcher.launch(spec('true', more)), null);
		}
		assert.is(await launcher.launch(spec(`true ${'x'.repeat(200_000)}`)), null);
		assert.is(await launcher.launch(spec('true\0')), null);
		assert.is((await finish(await start('echo still here'))).stdout, 'still here\n');
	});

	test('runs as many at once as it has lanes, and declines more', async () => {
		const children = await Promise.all(
			Array.from({ length: 40 }, () => launcher.launch(spec('read line < /dev/null; sleep 0.2'))),
		);
		const running = children.filter((child) => child !== null);
		assert.is(running.length, 32);
		await Promise.all(running.map(finish));
	});

	test('knows whom its lanes forked since a command was born, and nobody whom a command started', async () => {
		const first = await start('sleep 0.2 & echo $!; wait');
		const second = await start('sleep 0.2');
		const printed = await new Promise<Uint8Array>((resolve) => first.stdout.on('data', resolve));
		const started = Number(Buffer.from(printed).toString());
		assert.ok(started > first.pid);
		// Lanes wait with a child each: the second command may have got the one that was forked before.
		const [older = first, younger = second] = [first, second].sort((a, b) => Number(a.bornAtMs) - Number(b.bornAtMs));
		assert.ok(launcher.isOwn(younger.pid, older.bornAtMs ?? Number.NaN), 'a command of another lane');
		assert.not.ok(launcher.isOwn(started, first.bornAtMs ?? Number.NaN), 'a process of its own');
		assert.not.ok(launcher.isOwn(second.pid, performance.now()), 'a number that was given before');
		await Promise.all([finish(first), finish(second)]);
	});

	test('tells a command as killed when its lane is killed, and goes on with another', async () => {
		const child = await start('sleep 30');
		const parent = Number(readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[1]);
		process.kill(parent, 'SIGKILL');
		const ended = new Promise<unknown>((resolve) => child.once('exit', (...end) => resolve(end)));
		assert.equal(await ended, [null, 'SIGKILL']);
		process.kill(-child.pid, 'SIGKILL');
		child.stdout.destroy();
		child.stderr.destroy();
		assert.is((await finish(await start('echo on'))).stdout, 'on\n');
	});

	for (const [title, isStopped] of [
		['before it has told the start, and starts the command no second time', true],
		['right after it has told the start', false],
	] as const) {
		test(`tells a command as killed whose lane is killed ${title}`, async () => {
			const folder = mkdtempSync(join(tmpdir(), 'verify-lane-'));
			const file = join(folder, 'runs');
			const duration = uniqueSleep();
			const before = await start('true');
			await finish(before);
			const lane = before.parent ?? 0;
			await until(() => descendants(lane).some((pid) => pid !== before.pid && launcher.isOwn(pid, 0)), 'one waits');
			if (isStopped) process.kill(lane, 'SIGSTOP');
			// No turn of the event loop from here on: the start and the end of the lane are heard of in one breath.
			const launching = start(`echo runs >>${file}; exec sleep ${duration}`);
			while (!existsSync(file));
			const told = performance.now() + 50;
			while (performance.now() < told);
			process.kill(lane, 'SIGKILL');
			while (existsSync(`/proc/${lane}`));
			const { exit } = await finish(await launching);
			assert.equal(exit, [null, 'SIGKILL']);
			assert.equal(processesWith(duration), []);
			assert.is(readFileSync(file, 'utf8'), 'runs\n');
			rmSync(folder, { recursive: true });
		});
	}

	test('tells how a command ended although there are no descriptors left for the next one, and declines that', async () => {
		const program = await bundleProgram('test/helpers/crowded-launcher-program.ts');
		const told = execFileSync('sh', ['-c', `ulimit -n 120; exec "${process.execPath}" "${program}"`], {
			encoding: 'utf8',
		});
		assert.equal(JSON.parse(told), { end: [7, null], next: null });
	});

	test('finds the shell of each command by the PATH of that command', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'shells-'));
		writeFileSync(join(folder, 'sh'), '#!/bin/bash\necho "mine $2"', { mode: 0o755 });
		const mine = { env: { PATH: `${folder}:${env.PATH}` } };
		assert.is((await finish(await start('echo a', mine))).stdout, 'mine echo a\n');
		assert.is((await finish(await start('echo b'))).stdout, 'b\n');
		rmSync(folder, { recursive: true });
		assert.is(await launcher.launch(spec('echo c', mine)), null);
		assert.is((await finish(await start('echo d', mine))).stdout, 'd\n');
	});

	test('is gone with its lanes and their reserves when whoever made it is killed', async () => {
		const program = await bundleProgram('test/helpers/launcher-program.ts');
		const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
		const [line] = await once(child.stdout, 'data');
		assert.match(String(line), /^up \d+/);
		const launcher = descendants(Number(child.pid));
		assert.ok(launcher.length >= 3, 'the main process, a lane, and its reserve');
		child.kill('SIGKILL');
		const isLeft = (process: string): boolean => launcher.includes(Number(process.split(' ')[0]));
		await until(() => !processesWith('perl').some(isLeft), 'nobody is left');
	});
});
