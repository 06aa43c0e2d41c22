import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';
import { connectRaw, type RawWire, request, type WireMessage } from '../helpers/wire.ts';

const LEASE_MS = 20_000;

/** What a connection was told of the output, in order. */
const outputs = (wire: RawWire): Record<string, unknown>[] =>
	wire.messages.flatMap(({ method, params }) => (method === 'process.output' && params ? [params] : []));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function cut(wire: RawWire): Promise<void> {
	const closed = once(wire.socket, 'close');
	wire.socket.terminate();
	await closed;
}

describe('leases', ({ test, before, after, beforeEach, afterEach }) => {
	let served: TestExecutor;
	let wire: RawWire;
	let count = 0;
	let id = '';
	before(async () => {
		served = await startExecutor();
	});
	after(() => served.close());
	beforeEach(async () => {
		wire = await connectRaw(served.url);
		id = `lease ${count++}`;
	});
	afterEach(() => wire.close());

	const execute = async (command: string, more: object = {}): Promise<WireMessage> => {
		wire.send(request('execute', 'execute', { command, execution_id: id, lease_ms: LEASE_MS, ...more }));
		return wire.answer('execute');
	};
	const ask = async (on: RawWire, method: string, params: object = {}): Promise<WireMessage> => {
		on.send(request(method, method, params));
		return on.answer(method);
	};
	const status = async (on: RawWire = wire) => (await ask(on, 'status', { execution_id: id })).result ?? {};
	const forgotten = async (): Promise<void> => {
		wire.send({ method: 'ack', params: { execution_id: id, seq: (await status()).last_seq } });
	};

	test('let an execution outlive its connection, and the next one hears all that the first did not', async () => {
		const other = await connectRaw(served.url);
		const { result } = await execute('for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.02; done');
		assert.is(result?.lease_ms, LEASE_MS);
		const first = await wire.notification('process.output');
		await cut(wire);
		other.send(request('attach', 'attach', { execution_id: id, after_seq: first.seq }));
		const answer = await other.answer('attach');
		assert.is(answer.result?.status, 'attached');
		assert.is(answer.result?.pid, result?.pid);
		const completed = await other.notification('process.completed');
		const rest = outputs(other);
		assert.is(rest[0]?.seq, Number(first.seq) + 1);
		assert.is(completed.sha256, sha256([first, ...rest].map(({ data }) => data).join('')));
		assert.is(completed.last_seq, rest.at(-1)?.seq);
		assert.equal([completed.reason, completed.canceled, completed.exit_code], ['exit', false, 0]);
		wire = other;
		await forgotten();
	});

	test('are over for good: nobody is attached to what is being ended, and left to wait', async () => {
		const command = 'trap "" TERM; echo ready; while :; do sleep 0.02; done';
		await execute(command, { lease_ms: 20 });
		await wire.notification('process.output');
		await cut(wire);
		wire = await connectRaw(served.url);
		await until(async () => (await status()).state === 'ending', 'its lease is over');
		assert.match((await ask(wire, 'attach', { execution_id: id })).error?.message ?? '', 'its lease is over');
		assert.match((await execute(command, { lease_ms: 20 })).error?.message ?? '', 'its lease is over');
		await until(async () => (await status()).state === 'ended', 'it has ended');
		assert.is((await ask(wire, 'attach', { execution_id: id })).result?.state, 'ended');
		assert.is((await wire.notification('process.completed')).reason, 'lease');
	});

	test('hold the command back while nobody is attached, and lose nothing', async () => {
		const bytes = 8 * 1024 * 1024;
		await execute(`yes tenfold | head -c ${bytes}`);
		await cut(wire);
		wire = await connectRaw(served.url);
		await until(async () => ((await status()).bytes as number) >= 2 * 1024 * 1024, 'the buffer is full');
		const hash = createHash('sha256');
		let received = 0;
		wire.socket.on('message', (data) => {
			const { method, params } = JSON.parse(String(data));
			if (method !== 'process.output') return;
			hash.update(params.data);
			received += Buffer.byteLength(params.data);
			wire.send({ method: 'ack', params: { execution_id: id, seq: params.seq } });
		});
		const held = await status();
		assert.is(held.state, 'running');
		assert.is(held.attached, false);
		assert.ok(Number(held.bytes) < 2.2 * 1024 * 1024, `${held.bytes} bytes were read`);
		await ask(wire, 'attach', { execution_id: id });
		const completed = await wire.notification('process.completed');
		assert.is(received, bytes);
		assert.is(completed.sha256, hash.digest('hex'));
	});

	test('hold the command back while nothing is acknowledged, and go on with an ack', async () => {
		await execute(`yes | head -c ${4 * 1024 * 1024}`);
		await until(async () => Number((await status()).bytes) >= 2 * 1024 * 1024, 'the window is full');
		const before = Number((await status()).bytes);
		assert.ok(before < 2.2 * 1024 * 1024, `${before} bytes`);
		const acked = await ask(wire, 'ack', { execution_id: id, seq: (await status()).last_seq });
		assert.equal(acked.result, {});
		await until(async () => Number((await status()).bytes) > before, 'it goes on');
		wire.send(request('cancel', 'control', { type: 'CANCEL', execution_id: id }));
		await wire.answer('cancel');
		for (let state: Record<string, unknown> = await status(); state.state !== 'ended'; state = await status()) {
			wire.send({ method: 'ack', params: { execution_id: id, seq: state.last_seq } });
		}
	});

	test('end an execution that nobody attaches to in time', async () => {
		const duration = uniqueSleep();
		await execute(`exec sleep ${duration}`, { lease_ms: 100 });
		await until(() => countRunning(`sleep ${duration}`) === 1, 'it stands');
		await cut(wire);
		await until(() => processesWith(duration).length === 0, 'it is gone');
		wire = await connectRaw(served.url);
		await until(async () => (await status()).state === 'ended', 'it has ended');
		const { completed } = await status();
		assert.is((completed as Record<string, unknown>).reason, 'lease');
	});

	test('are granted up to a limit, in time and in number, to executions with a name that drop nothing', async () => {
		const small = await startExecutor({ maxLeases: 1, maxLeaseMs: 5000 });
		const mine = await connectRaw(small.url);
		mine.send(request(1, 'execute', { command: 'exec sleep 9', execution_id: 'one', lease_ms: 999_999 }));
		assert.is((await mine.answer(1)).result?.lease_ms, 5000);
		mine.send(request(2, 'execute', { command: 'true', execution_id: 'two', lease_ms: 1 }));
		assert.is((await mine.answer(2)).error?.code, -32001);
		mine.send(request(3, 'execute', { command: 'true', lease_ms: 1 }));
		assert.is((await mine.answer(3)).error?.code, -32602);
		mine.send(request(4, 'execute', { command: 'true', execution_id: 'x', lease_ms: 1, overflow: 'drop-oldest' }));
		assert.is((await mine.answer(4)).error?.code, -32602);
		await mine.close();
		await small.close();
	});

	test('do not keep a closing executor from ending what nobody is attached to', async () => {
		const closing = await startExecutor();
		const duration = uniqueSleep();
		const mine = await connectRaw(closing.url);
		mine.send(
			request(1, 'execute', { command: `trap "" TERM; sleep ${duration}`, execution_id: 'x', lease_ms: LEASE_MS }),
		);
		await until(() => countRunning(`sleep ${duration}`) === 1, 'it stands');
		await mine.close();
		await closing.close();
		assert.equal(processesWith(duration), []);
	});

	test('do not keep a closing executor waiting for an ack, of a client that is there or gone', async () => {
		for (const isThere of [true, false]) {
			const closing = await startExecutor();
			const name = uniqueSleep();
			const mine = await connectRaw(closing.url);
			mine.send(request(1, 'execute', { command: `yes ${name}`, execution_id: 'x', lease_ms: LEASE_MS }));
			for (let bytes = 0; bytes < 2 * 1024 * 1024; ) {
				const { data } = await mine.notification('process.output');
				// What is kept counts with what it costs beside its bytes.
				bytes += String(data).length + 250;
			}
			if (!isThere) await cut(mine);
			const startedMs = performance.now();
			await closing.close();
			assert.ok(performance.now() - startedMs < LEASE_MS / 2, 'it waited for the lease');
			assert.equal(processesWith(name), []);
		}
	});

	test('let the last connection win, also when the first one still lives', async () => {
		const other = await connectRaw(served.url);
		await execute('echo one; exec sleep 30');
		await wire.notification('process.output');
		await ask(other, 'attach', { execution_id: id, after_seq: 0 });
		assert.equal(await wire.notification('process.detached'), { execution_id: id });
		wire.send(request('control', 'control', { type: 'PAUSE', execution_id: id }));
		assert.is((await wire.answer('control')).error?.code, -32003);
		other.send(request('control', 'control', { type: 'CANCEL', execution_id: id }));
		assert.is((await other.answer('control')).result?.status, 'canceled');
		assert.is((await other.notification('process.completed')).reason, 'cancel');
		assert.equal(outputs(other), []);
		assert.not(wire.messages.some(({ method }) => method === 'process.completed'));
		await other.close();
	});

	test('let one connection attach again and move to binary messages', async () => {
		await execute('echo one; exec sleep 30');
		await wire.notification('process.output');
		wire.socket.removeAllListeners('message');
		const frames: Buffer[] = [];
		const texts: WireMessage[] = [];
		const framed = new Promise<void>((resolve) => {
			wire.socket.on('message', (data, isBinary) => {
				if (isBinary) frames.push(data as Buffer);
				else texts.push(JSON.parse(String(data)));
				if (isBinary) resolve();
			});
		});
		wire.send(request('attach', 'attach', { execution_id: id, after_seq: -1, output_channel: 7 }));
		await framed;
		assert.is(String(frames[0]?.subarray(24)), 'one\n');
		assert.is(frames[0]?.readUInt32BE(4), 7);
		assert.not(texts.some(({ method }) => method === 'process.detached'));
	});

	test('refuse what was acknowledged, what was not told, and what nobody knows', async () => {
		await using folder = await createTempFolder();
		const gate = join(folder.path, 'gate');
		await execute(`echo one; until [ -e ${gate} ]; do sleep 0.01; done; echo two; exec sleep 30`);
		const first = await wire.notification('process.output');
		await writeFile(gate, '');
		assert.is((await wire.notification('process.output')).data, 'two\n');
		await ask(wire, 'ack', { execution_id: id, seq: first.seq });
		const gone = await ask(wire, 'attach', { execution_id: id, after_seq: -1 });
		assert.is(gone.error?.code, -32602);
		assert.is(gone.error?.data?.first_seq, 1);
		assert.is((await ask(wire, 'attach', { execution_id: id, after_seq: 5 })).error?.code, -32602);
		assert.is((await ask(wire, 'attach', { execution_id: 'nobody' })).error?.code, -32003);
		assert.is((await ask(wire, 'status', { execution_id: 'nobody' })).error?.code, -32003);
		const kept = await ask(wire, 'attach', { execution_id: id });
		assert.is(kept.result?.last_seq, 1);
		assert.is((await wire.notification('process.output')).seq, 1);
	});

	test('are told by list, beside what runs on this connection', async () => {
		const other = await connectRaw(served.url);
		await execute('exec sleep 30');
		other.send(request(1, 'execute', { command: 'exec sleep 30', execution_id: `${id} plain` }));
		await other.answer(1);
		const namesOn = async (on: RawWire): Promise<unknown[]> => {
			const { executions } = (await ask(on, 'list')).result ?? {};
			return (executions as Record<string, unknown>[]).map(({ execution_id }) => execution_id);
		};
		assert.equal((await namesOn(wire)).includes(id), true);
		assert.equal((await namesOn(wire)).includes(`${id} plain`), false);
		assert.equal((await namesOn(other)).includes(`${id} plain`), true);
		wire.send(request('pause', 'control', { type: 'PAUSE', execution_id: id }));
		await wire.answer('pause');
		assert.is((await status()).state, 'paused');
		assert.is((await status()).command_sha256, sha256('exec sleep 30'));
		await other.close();
	});
});

describe('a repeated execute', ({ test, before, after, beforeEach, afterEach }) => {
	let served: TestExecutor;
	let wire: RawWire;
	let count = 0;
	let params = {};
	before(async () => {
		served = await startExecutor();
	});
	after(() => served.close());
	beforeEach(async () => {
		wire = await connectRaw(served.url);
		params = { execution_id: `again ${count++}`, command: 'echo $$; exec sleep 0.2', env: { B: '1', A: '2' } };
	});
	afterEach(() => wire.close());

	const execute = async (on: RawWire, more: object = {}): Promise<WireMessage> => {
		on.send(request('execute', 'execute', { ...params, ...more }));
		return on.answer('execute');
	};

	test('on one connection starts nothing, and what runs goes on', async () => {
		const first = await execute(wire);
		const again = await execute(wire, { env: { A: '2', B: '1' } });
		assert.is(first.result?.attached, undefined);
		assert.equal(again.result, { ...first.result, attached: true });
		await wire.notification('process.completed');
		assert.is(outputs(wire).length, 1);
	});

	test('after the end tells the end again, on any connection', async () => {
		await execute(wire);
		const completed = await wire.notification('process.completed');
		const other = await connectRaw(served.url);
		assert.is((await execute(other)).result?.attached, true);
		assert.equal(await other.notification('process.completed'), completed);
		assert.equal(outputs(other), []);
		await other.close();
	});

	test('after a lost connection attaches where there is a lease: all output once', async () => {
		const more = { lease_ms: LEASE_MS };
		wire.send(request('execute', 'execute', { ...params, ...more }));
		// The answer may come or not: that is what the client can't know.
		await cut(wire);
		const other = await connectRaw(served.url);
		const { result } = await execute(other, more);
		assert.is(result?.status, 'started');
		assert.is((await other.notification('process.started')).pid, result?.pid);
		const completed = await other.notification('process.completed');
		assert.is(completed.sha256, sha256(`${result?.pid}\n`));
		assert.is(outputs(other).length, 1);
		await other.close();
	});

	test('from two connections at once starts one', async () => {
		const other = await connectRaw(served.url);
		const answers = await Promise.all([execute(wire, { lease_ms: LEASE_MS }), execute(other, { lease_ms: LEASE_MS })]);
		assert.is(answers[0].result?.pid, answers[1].result?.pid);
		assert.is(answers.filter(({ result }) => result?.attached === true).length, 1);
		await other.close();
	});

	test('without a lease is refused on another connection while it runs, and when it asks for something else', async () => {
		const other = await connectRaw(served.url);
		await execute(wire, { command: 'exec sleep 30' });
		const refused = await execute(other, { command: 'exec sleep 30' });
		assert.is(refused.error?.code, -32602);
		assert.match(refused.error?.message ?? '', 'without a lease');
		assert.match((await execute(wire, { command: 'sleep 30' })).error?.message ?? '', 'differently');
		assert.match((await execute(wire, { command: 'exec sleep 30', cwd: '/' })).error?.message ?? '', 'differently');
		await other.close();
	});

	test('starts again what could not be started', async () => {
		const failed = await execute(wire, { cwd: '/missing/folder' });
		assert.is(failed.error?.code, -32004);
		assert.is((await execute(wire, { cwd: '/' })).result?.status, 'started');
	});
});
