import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { processesWith, uniqueSleep } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, type RawWire, request } from '../helpers/wire.ts';

describe('limits of an execution', ({ test, before, after, beforeEach, afterEach }) => {
	let served: TestExecutor;
	let wire: RawWire;
	before(async () => {
		served = await startExecutor();
	});
	after(() => served.close());
	beforeEach(async () => {
		wire = await connectRaw(served.url);
	});
	afterEach(() => wire.close());

	const run = async (params: object): Promise<Record<string, unknown>> => {
		wire.send(request(1, 'execute', params));
		return wire.notification('process.completed');
	};
	const control = async (type: string): Promise<void> => {
		wire.send(request(type, 'control', { type }));
		assert.ok((await wire.answer(type)).result);
	};

	test('timeout_ms ends it and everybody it started, and says so', async () => {
		const duration = uniqueSleep();
		const end = await run({ command: `sleep ${duration} & while :; do echo x; sleep 0.02; done`, timeout_ms: 200 });
		assert.equal([end.reason, end.canceled, end.signal, end.exit_code], ['timeout', false, 'SIGTERM', -15]);
		assert.ok(Number(end.duration_ms) >= 200, `${end.duration_ms} ms`);
		assert.equal(processesWith(duration), []);
	});

	test('stall_ms ends it after silence, not while it prints', async () => {
		const command = 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.05; done; exec sleep 30';
		const end = await run({ command, stall_ms: 300 });
		assert.is(end.reason, 'stall');
		assert.is(end.bytes, 16);
		assert.ok(Number(end.duration_ms) >= 650, `${end.duration_ms} ms`);
	});

	test('change nothing for a command that keeps them', async () => {
		const end = await run({ command: 'echo x', stall_ms: 5000, timeout_ms: 5000 });
		assert.equal([end.reason, end.exit_code, end.canceled], ['exit', 0, false]);
	});

	for (const params of [{ timeout_ms: 400 }, { stall_ms: 400 }]) {
		test(`change nothing for a command that kept them while the executor was busy: ${Object.keys(params)}`, async () => {
			wire.send(request(1, 'execute', { command: 'echo x; sleep 0.1', ...params }));
			await wire.notification('process.output');
			const busyUntil = performance.now() + 800;
			while (performance.now() < busyUntil);
			const end = await wire.notification('process.completed');
			assert.equal([end.reason, end.exit_code], ['exit', 0]);
		});
	}

	for (const params of [{ timeout_ms: 300 }, { stall_ms: 300 }]) {
		test(`stand still while it is paused: ${Object.keys(params)}`, async () => {
			wire.send(request(1, 'execute', { command: 'echo ready; exec sleep 30', ...params }));
			await wire.notification('process.output');
			await control('PAUSE');
			// Longer than the limit: there is no event for "nothing happens".
			await sleep(600);
			assert.not(wire.messages.some(({ method }) => method === 'process.completed'));
			await control('RESUME');
			const end = await wire.notification('process.completed');
			assert.is(end.reason, Object.keys(params)[0]?.replace('_ms', ''));
			assert.ok(Number(end.duration_ms) >= 900, `${end.duration_ms} ms`);
		});
	}

	test('stall_ms does not count while a slow client holds the command back', async () => {
		wire.send(request(1, 'execute', { command: `yes | head -c ${64 * 1024 * 1024}`, stall_ms: 200 }));
		await wire.notification('process.started');
		wire.socket.pause();
		await sleep(600);
		wire.socket.resume();
		assert.is((await wire.notification('process.completed')).reason, 'exit');
	});

	test('a CANCEL is told as such, whatever the limits', async () => {
		wire.send(request(1, 'execute', { command: 'echo ready; exec sleep 30', timeout_ms: 20_000 }));
		await wire.notification('process.output');
		await control('CANCEL');
		const end = await wire.notification('process.completed');
		assert.equal([end.reason, end.canceled], ['cancel', true]);
	});

	for (const bad of [-1, 1.5, '1s', 2 ** 31]) {
		test(`timeout_ms ${JSON.stringify(bad)} is refused with its path`, async () => {
			wire.send(request(1, 'execute', { command: 'true', timeout_ms: bad }));
			const { error } = await wire.answer(1);
			assert.is(error?.code, -32602);
			assert.is(error?.data?.path, 'timeout_ms');
		});
	}
});

describe('limits of an executor', ({ test }) => {
	test('end a command that prints more than is allowed', async () => {
		const served = await startExecutor({ maxOutputBytes: 1024 * 1024 });
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'yes' }));
		const end = await wire.notification('process.completed');
		assert.equal([end.reason, end.canceled], ['output', false]);
		await wire.close();
		await served.close();
	});
});

describe('overflow: drop-oldest', ({ test }) => {
	test('lets the command run to its end, and tells what its slow client missed', async () => {
		const served = await startExecutor({ highWaterBytes: 64 * 1024 });
		const wire = await connectRaw(served.url);
		const other = await connectRaw(served.url);
		const bytes = 64 * 1024 * 1024;
		const command = `yes tenfold | head -c ${bytes}; echo last >&2`;
		wire.send(request(1, 'execute', { command, overflow: 'drop-oldest', execution_id: 'dropping' }));
		await wire.notification('process.started');
		wire.socket.pause();
		// It does not wait for its client.
		for (let state: unknown = 'running'; state !== 'ended'; ) {
			other.send(request(2, 'status', { execution_id: 'dropping' }));
			state = (await other.answer(2)).result?.state;
		}
		wire.socket.resume();
		const end = await wire.notification('process.completed');
		const told = wire.messages.flatMap(({ method, params }) => (method === 'process.output' && params ? [params] : []));
		const toldBytes = told.reduce((sum, { data }) => sum + Buffer.byteLength(String(data)), 0);
		assert.is(end.bytes, bytes + 5);
		assert.ok(Number(end.dropped_bytes) > 0);
		assert.is(toldBytes + Number(end.dropped_bytes), end.bytes);
		assert.is(told.length + Number(end.dropped_messages), Number(end.last_seq) + 1);
		assert.is(told.at(-1)?.data, 'last\n');
		const order = told.map(({ seq }) => Number(seq));
		assert.equal(
			order,
			[...order].sort((a, b) => a - b),
		);
		await wire.close();
		await other.close();
		await served.close();
	});

	test('drops nothing for a client that reads', async () => {
		const served = await startExecutor();
		const wire = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'echo a; echo b >&2', overflow: 'drop-oldest' }));
		const end = await wire.notification('process.completed');
		assert.equal([end.dropped_bytes, end.dropped_messages, end.bytes], [0, 0, 4]);
		await wire.close();
		await served.close();
	});
});
