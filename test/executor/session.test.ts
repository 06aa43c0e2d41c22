import { once } from 'node:events';
import { connect } from 'node:net';
import * as assert from 'uvu/assert';
import { createDeferred } from '../../src/core/deferred.ts';
import type { Processes } from '../../src/core/ports.ts';
import { createExecutor } from '../../src/executor/executor.ts';
import type { ExecutionOutcome, ExecutorObserver } from '../../src/executor/hooks.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { createNodeProcesses } from '../../src/host/node-processes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { startExecutor } from '../helpers/executor.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, request } from '../helpers/wire.ts';

describe('a session', ({ test }) => {
	test('of a peer that answers no ping is broken, and what it runs ends', async () => {
		const served = await startExecutor({ isTcp: true, heartbeatMs: 1000, heartbeatTimeoutMs: 1000 });
		const duration = uniqueSleep();
		const { port } = new URL(served.url);
		// By hand: a WebSocket library would answer by itself.
		const socket = connect(Number(port), '127.0.0.1');
		const lines = ['GET /ws/mcp HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade'];
		const key = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', '', ''];
		socket.write([...lines, ...key].join('\r\n'));
		await once(socket, 'data');
		const text = JSON.stringify(request(1, 'execute', { command: `exec sleep ${duration}` }));
		// RFC 6455 §5.2: final text frame, masked with zeros.
		socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
		await until(() => countRunning(`sleep ${duration}`) === 1, 'it runs');
		socket.resume();
		await once(socket, 'close');
		await until(() => processesWith(duration).length === 0, 'it is gone');
		await served.close();
	});

	test('of a peer that answers pings stays', async () => {
		const served = await startExecutor({ isTcp: true, heartbeatMs: 10, heartbeatTimeoutMs: 200 });
		const wire = await connectRaw(served.url);
		for (let pings = 0; pings < 30; pings += 1) await once(wire.socket, 'ping');
		wire.send(request(1, 'hook_status'));
		assert.ok((await wire.answer(1)).result);
		await wire.close();
		await served.close();
	});

	test('of a peer that takes nothing is broken after the longer limit', async () => {
		const served = await startExecutor({
			...{ isTcp: true, heartbeatMs: 20, heartbeatTimeoutMs: 50, sendTimeoutMs: 300 },
		});
		const name = uniqueSleep();
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: `yes ${name}` }));
		await wire.notification('process.output');
		wire.socket.pause();
		await until(() => processesWith(name).length === 0, 'its command is gone');
		wire.socket.terminate();
		await served.close();
	});

	test('that does nothing is closed after a while, one that runs something or asks is not', async () => {
		const served = await startExecutor({ idleMs: 80 });
		const startedMs = performance.now();
		const idle = await connectRaw(served.url);
		const busy = await connectRaw(served.url);
		busy.send(request(1, 'execute', { command: 'sleep 0.4; echo done' }));
		const [code, reason] = await once(idle.socket, 'close');
		assert.equal([code, String(reason)], [1001, 'Idle']);
		assert.ok(performance.now() - startedMs >= 75);
		assert.is((await busy.notification('process.completed')).exit_code, 0);
		await busy.close();
		await served.close();
	});

	test('pings inside the wire only if told to, and answers a pong that has an id', async () => {
		const served = await startExecutor({ inBandPingMs: 10 });
		const wire = await connectRaw(served.url);
		assert.type((await wire.notification('ping')).timestamp, 'number');
		wire.send({ jsonrpc: '2.0', method: 'pong', params: {} });
		wire.send(request(5, 'pong'));
		assert.equal((await wire.answer(5)).result, {});
		await wire.close();
		await served.close();
		const quiet = await startExecutor();
		const other = await connectRaw(quiet.url);
		other.send(request(1, 'execute', { command: 'sleep 0.1' }));
		await other.notification('process.completed');
		assert.not(other.messages.some(({ method }) => method === 'ping'));
		await other.close();
		await quiet.close();
	});

	test('answers new methods only with an id, the first executor\u2019s always', async () => {
		const served = await startExecutor();
		const wire = await connectRaw(served.url);
		for (const method of ['list', 'status', 'attach', 'ack', 'pong', 'nope']) wire.send({ jsonrpc: '2.0', method });
		wire.send({ jsonrpc: '2.0', method: 'execute', params: [] });
		const answer = await wire.next(({ method }) => method !== 'connected');
		assert.is(answer.error?.code, -32602);
		assert.not('id' in answer);
		await wire.close();
		await served.close();
	});
});

describe('drain()', ({ test }) => {
	test('takes no new work and waits for what runs; clients are told, then closed with 1001', async () => {
		const served = await startExecutor({ isTcp: true });
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'read x; echo "$x"', stdin: 'done', execution_id: 'a' }));
		wire.send(request(2, 'execute', { command: 'sleep 0.2; echo late', execution_id: 'b' }));
		await wire.answer(2);
		const drained = served.executor.drain(10_000);
		wire.send(request(3, 'execute', { command: 'true', execution_id: 'c' }));
		assert.is((await wire.answer(3)).error?.code, -32002);
		const health = await fetch(served.url.replace(/^ws/, 'http').replace('/ws/mcp', '/health'));
		assert.is(health.status, 503);
		assert.is(await drained, true);
		const closed = once(wire.socket, 'close');
		await served.close();
		assert.is((await closed)[0], 1001);
		const ends = wire.messages.filter(({ method }) => method === 'process.completed');
		assert.equal(
			ends.map(({ params }) => params?.reason),
			['exit', 'exit'],
		);
	});

	test('waits for what was about to be started', async () => {
		const real = createNodeProcesses();
		const [asked, gate] = [createDeferred<void>(), createDeferred<void>()];
		const processes: Processes = {
			spawnGroup: async (spec) => {
				asked.resolve();
				await gate.promise;
				return real.spawnGroup(spec);
			},
		};
		const executor = createExecutor({ clock: nodeClock, random: nodeRandom, hashes: nodeHashes, processes });
		const wire = await connectRaw(await executor.listenPrivate());
		wire.send(request(1, 'execute', { command: 'sleep 0.1' }));
		await asked.promise;
		const closed = executor.drain(10_000).then(() => executor.close());
		gate.resolve();
		assert.is((await wire.notification('process.completed')).reason, 'exit');
		await closed;
		real.close();
	});

	test('gives up at its limit, and at once when the executor closes', async () => {
		for (const limitMs of [50, 60_000]) {
			const served = await startExecutor();
			const duration = uniqueSleep();
			const wire = await connectRaw(served.url);
			wire.send(request(1, 'execute', { command: `exec sleep ${duration}` }));
			await until(() => countRunning(`sleep ${duration}`) === 1, 'it runs');
			const drained = served.executor.drain(limitMs);
			if (limitMs === 50) assert.is(await drained, false);
			await served.close();
			assert.is(await drained, limitMs !== 50);
			assert.is((await wire.notification('process.completed')).reason, 'executor');
			assert.equal(processesWith(duration), []);
		}
	});
});

describe('hooks', ({ test }) => {
	test('refuse commands, wrap them, and hear what becomes of them', async () => {
		const heard: string[] = [];
		const outcomes: ExecutionOutcome[] = [];
		const observer: ExecutorObserver = {
			sessionOpened: ({ address }) => heard.push(`opened ${address}`),
			sessionClosed: ({ address }) => heard.push(`closed ${address}`),
			executionStarted: ({ executionId, cwd }) => heard.push(`started ${executionId} ${cwd}`),
			executionEnded: (outcome) => {
				heard.push(`ended ${outcome.executionId}`);
				outcomes.push(outcome);
			},
			executionRefused: ({ executionId, reason }) => heard.push(`refused ${executionId}: ${reason}`),
			outputHeld: (executionId) => heard.push(`held ${executionId}`),
		};
		const served = await startExecutor({
			isTcp: true,
			observer,
			guard: {
				refuse: ({ group }) => (group.command.includes('rm') ? 'rm is not allowed' : null),
				wrap: (group) => ({ ...group, command: `echo wrapped; ${group.command}` }),
			},
		});
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'rm -rf x', execution_id: 'bad', cwd: '/' }));
		const refused = await wire.answer(1);
		assert.equal([refused.error?.code, refused.error?.message], [-32002, 'rm is not allowed']);
		wire.send(request(2, 'execute', { command: 'echo mine; exit 3', execution_id: 'good', cwd: '/' }));
		const completed = await wire.notification('process.completed');
		const text = wire.messages.map(({ method, params }) => (method === 'process.output' ? params?.data : '')).join('');
		assert.is(text, 'wrapped\nmine\n');
		await wire.close();
		await served.close();
		assert.equal(heard, [
			'opened 127.0.0.1',
			'refused bad: rm is not allowed',
			'started good /',
			'ended good',
			'closed 127.0.0.1',
		]);
		const [outcome] = outcomes;
		assert.is(outcome?.exitCode, 3);
		assert.is(outcome?.bytes, 13);
		// The digest is of what was asked for, not of what the guard made of it.
		assert.is(outcome?.commandSha256, completed.command_sha256);
	});

	test('hear once of each wait for a slow client', async () => {
		const held: string[] = [];
		const silent = () => {};
		const observer: ExecutorObserver = {
			...{ sessionOpened: silent, sessionClosed: silent, executionStarted: silent },
			...{ executionEnded: silent, executionRefused: silent },
			outputHeld: (executionId) => held.push(executionId),
		};
		const served = await startExecutor({ observer });
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'yes', execution_id: 'loud' }));
		await wire.notification('process.output');
		wire.socket.pause();
		await until(() => held.length > 0, 'it is held');
		wire.socket.terminate();
		await served.close();
		assert.is(held[0], 'loud');
	});
});
