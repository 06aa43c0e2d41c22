import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import type { TranscriptRecord } from '../../src/core/transcript-records.ts';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { startExecutor } from '../helpers/executor.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { connectRaw, request } from '../helpers/wire.ts';

const toHttp = (url: string, path: string): string => url.replace(/^ws/, 'http').replace('/ws/mcp', path);

describe('createExecutor()', ({ test }) => {
	for (const [how, leave] of [
		['closes', (socket: { close(): void }) => socket.close()],
		['vanishes', (socket: { terminate(): void }) => socket.terminate()],
	] as const) {
		test(`ends what runs when its client ${how}`, async () => {
			const served = await startExecutor();
			const duration = uniqueSleep();
			const wire = await connectRaw(served.url);
			const commands = [
				`exec sleep ${duration}`,
				`(trap "" TERM; exec sleep ${duration}) & wait`,
				`setsid sleep ${duration} & wait`,
				`sleep ${duration} & kill -STOP $$`,
			];
			for (const [index, command] of commands.entries()) {
				wire.send(request(index, 'execute', { command, execution_id: `${how} ${index}` }));
			}
			wire.send(request('yes', 'execute', { command: `yes ${duration}`, execution_id: `${how} yes` }));
			await until(() => countRunning(`sleep ${duration}`) === 4, 'all stand');
			leave(wire.socket);
			await until(() => processesWith(duration).length === 0, 'all are gone');
			await served.close();
		});
	}

	test('tells each end, says goodbye with 1001 and leaves nothing when it closes', async () => {
		const served = await startExecutor();
		const duration = uniqueSleep();
		const wire = await connectRaw(served.url);
		const silent = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: `trap "" TERM; echo ready; sleep ${duration}; sleep ${duration}` }));
		await wire.notification('process.output');
		const closed = once(wire.socket, 'close');
		const closing = served.executor.close();
		assert.is(served.executor.close(), closing);
		const completed = await wire.notification('process.completed');
		assert.is(completed.canceled, true);
		assert.is((await closed)[0], 1001);
		await closing;
		await served.close();
		assert.equal(processesWith(duration), []);
		assert.is(silent.socket.readyState, silent.socket.CLOSED);
	});

	test('closes also when a client does not read', async () => {
		const served = await startExecutor();
		const wire = await connectRaw(served.url);
		const name = uniqueSleep();
		wire.send(request(1, 'execute', { command: `yes ${name}` }));
		await wire.notification('process.output');
		wire.socket.pause();
		await served.close();
		assert.equal(processesWith(name), []);
		wire.socket.terminate();
	});

	test('leaves no process when its host is killed by SIGKILL', async () => {
		const host = spawn(process.execPath, [await bundleProgram('test/helpers/executor-program.ts')], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const [url] = await once(host.stdout, 'data');
		const wire = await connectRaw(String(url).trim());
		const duration = uniqueSleep();
		const commands = [
			`exec sleep ${duration}`,
			`(trap "" TERM; exec sleep ${duration}) & wait`,
			`setsid sleep ${duration} & wait`,
			`env -i sleep ${duration} & wait`,
			`sleep ${duration} & kill -STOP $$`,
		];
		for (const [index, command] of commands.entries()) {
			wire.send(request(index, 'execute', { command, execution_id: `${index}` }));
		}
		wire.send(request('ended', 'execute', { command: 'true', execution_id: 'ended' }));
		await until(() => countRunning(`sleep ${duration}`) === commands.length, 'all stand');
		host.kill('SIGKILL');
		await until(() => processesWith(duration).length === 0, 'the watchdog ended all');
	});

	test('listens on a socket in a folder that only we can enter, gone when it closes', async () => {
		const served = await startExecutor();
		const path = served.url.split(':')[1] ?? '';
		assert.is(statSync(dirname(path)).mode & 0o777, 0o700);
		await served.close();
		assert.not.ok(existsSync(dirname(path)));
		assert.instance(await rejection(served.executor.listenPrivate()), TypeError);
	});

	test('removes the folders of executors that were killed, and no other', async () => {
		const served = await startExecutor();
		const other = await startExecutor();
		const folder = await mkdtemp(join(tmpdir(), 'verify-'));
		// A socket file whose process is gone.
		const program = `require('net').createServer().listen(${JSON.stringify(join(folder, 'executor.sock'))}, () => process.kill(process.pid, 'SIGKILL'))`;
		await once(spawn(process.execPath, ['-e', program]), 'exit');
		const long = new Date(Date.now() - 3_600_000);
		for (const path of [folder, dirname(other.url.split(':')[1] ?? '')]) await utimes(path, long, long);
		await served.close();
		assert.not.ok(existsSync(folder));
		await (await connectRaw(other.url)).close();
		await other.close();
	});

	test('says when its port is taken', async () => {
		const first = await startExecutor({ isTcp: true });
		const second = await startExecutor();
		const port = Number(new URL(first.url).port);
		const error = await rejection(second.executor.listen({ host: '127.0.0.1', port }));
		assert.ok(isAppError(error) && error.code === 'PORT_IN_USE');
		assert.match(String(error), `127.0.0.1:${port}: it is taken`);
		await first.close();
		await second.close();
	});

	test('tells its health, and nothing else over HTTP', async () => {
		const served = await startExecutor({ isTcp: true });
		const wire = await connectRaw(served.url);
		const health = (await (await fetch(toHttp(served.url, '/health'))).json()) as Record<string, unknown>;
		assert.is(health.status, 'healthy');
		assert.is(health.active_sessions, 1);
		assert.is(health.max_sessions, 100);
		assert.type(health.uptime_seconds, 'number');
		assert.equal(await (await fetch(toHttp(served.url, '/healthz'))).json(), { status: 'ok' });
		assert.is((await fetch(toHttp(served.url, '/other'))).status, 404);
		assert.is((await fetch(toHttp(served.url, '/health'), { method: 'POST' })).status, 404);
		await wire.close();
		await served.close();
	});

	test('serves /ws/mcp and /ws alone, and no web page', async () => {
		const served = await startExecutor({ isTcp: true, allowedOrigins: ['https://ours.example'] });
		const { host } = new URL(served.url);
		const short = await connectRaw(served.url.replace('/ws/mcp', '/ws?x=1'));
		await short.close();
		for (const path of ['/', '/ws/', '/ws/other', '/health']) {
			assert.match(String(await rejection(connectRaw(served.url.replace('/ws/mcp', path)))), '403');
		}
		for (const origin of ['https://evil.example', 'null', `https://evil.example:${host.split(':')[1]}`]) {
			assert.match(String(await rejection(connectRaw(served.url, { origin }))), '403');
		}
		// A page whose name was rebound to this machine names itself in both headers.
		const rebound = { origin: 'http://evil.example', host: 'evil.example' };
		assert.match(String(await rejection(connectRaw(served.url, rebound))), '403');
		for (const origin of ['https://ours.example', `http://${host}`]) {
			await (await connectRaw(served.url, { origin })).close();
		}
		await served.close();
	});

	test('turns away who comes over the session limit, and takes the next when one left', async () => {
		const served = await startExecutor({ maxSessions: 1 });
		const first = await connectRaw(served.url);
		const second = await connectRaw(served.url);
		const refusal = await second.next();
		assert.is(refusal.error?.code, -32001);
		assert.is(refusal.error?.message, 'Session limit exceeded');
		const [code, reason] = await once(second.socket, 'close');
		assert.equal([code, String(reason)], [1008, 'Session limit exceeded']);
		await first.close();
		const third = await connectRaw(served.url);
		assert.is((await third.next()).method, 'connected');
		await third.close();
		await served.close();
	});

	test('limits the executions of one connection', async () => {
		const served = await startExecutor({ maxExecutionsPerSession: 1 });
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'exec sleep 9', execution_id: 'one' }));
		wire.send(request(2, 'execute', { command: 'true', execution_id: 'two' }));
		assert.is((await wire.answer(2)).error?.code, -32001);
		await wire.close();
		await served.close();
	});

	test('does not hand its own marker on', async () => {
		const served = await startExecutor({ env: { PATH: process.env.PATH, VERIFY_MARKER: 'outer', OTHER: 'kept' } });
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'echo "[$VERIFY_MARKER] $OTHER"' }));
		assert.is((await wire.notification('process.output')).data, '[] kept\n');
		await wire.close();
		await served.close();
	});

	test('writes the transcript before it tells the end', async () => {
		const records: TranscriptRecord[] = [];
		const served = await startExecutor({ transcript: { append: (record) => void records.push(record) } });
		const wire = await connectRaw(served.url);
		let recordsAtEnd = 0;
		wire.socket.on('message', (data) => {
			if (String(data).includes('process.completed')) recordsAtEnd = records.length;
		});
		wire.send(request(1, 'execute', { command: 'printf hi; kill -9 $$', marker: 'M', execution_id: 'e', cwd: '/' }));
		const completed = await wire.notification('process.completed');
		assert.equal(
			records.map(({ type }) => type),
			['execution-started', 'output', 'execution-completed'],
		);
		assert.is(recordsAtEnd, 3);
		const [started, , ended] = records;
		if (started?.type !== 'execution-started' || ended?.type !== 'execution-completed') throw new Error('No bracket');
		assert.equal([started.execution, started.marker, started.cwd], ['e', 'M', '/']);
		assert.equal([ended.exit_code, ended.signal, ended.bytes], [null, 'SIGKILL', 2]);
		assert.is(completed.exit_code, -9);
		assert.is(ended.output_sha256, completed.sha256);
		assert.is(ended.command_sha256, completed.command_sha256);
		await wire.close();
		await served.close();
	});

	test('tells when the transcript could not be written', async () => {
		const transcript = {
			append: () => {
				throw new Error('disk full');
			},
		};
		const served = await startExecutor({ transcript });
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'true' }));
		const completed = await wire.notification('process.completed');
		assert.is(completed.exit_code, 0);
		assert.match(String(completed.error), 'disk full');
		await wire.close();
		await served.close();
	});
});
