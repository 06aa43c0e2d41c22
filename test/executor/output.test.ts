import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';
import { connectRaw, type RawWire, request } from '../helpers/wire.ts';

const MIB = 1024 * 1024;

interface Told {
	readonly completed: Record<string, unknown>;
	readonly bytes: number;
	readonly sha256: string;
	readonly messages: number;
}

/** Runs a command and digests what comes, keeping nothing. */
async function run(wire: RawWire, command: string): Promise<Told> {
	const hash = createHash('sha256');
	let bytes = 0;
	let messages = 0;
	let nextSeq = 0;
	const take = (data: unknown): void => {
		const { method, params } = JSON.parse(String(data));
		if (method !== 'process.output') return;
		assert.is(params.seq, nextSeq++);
		const raw = params.data_base64 === undefined ? Buffer.from(params.data) : Buffer.from(params.data_base64, 'base64');
		hash.update(raw);
		bytes += raw.length;
		messages += 1;
	};
	wire.socket.on('message', take);
	wire.send(request(1, 'execute', { command }));
	const completed = await wire.notification('process.completed');
	wire.socket.off('message', take);
	return { completed, bytes, sha256: hash.digest('hex'), messages };
}

describe('output', ({ test, before, after, beforeEach, afterEach }) => {
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

	const agree = ({ completed, bytes, sha256 }: Told): void => {
		assert.is(completed.bytes, bytes);
		assert.is(completed.sha256, sha256);
		assert.is(completed.dropped_bytes, 0);
		assert.is(completed.exit_code, 0);
	};

	test('of 64 MiB comes whole, in chunks, with the right digest', async () => {
		const told = await run(wire, `yes tenfold | head -c ${64 * MIB}`);
		agree(told);
		assert.is(told.bytes, 64 * MIB);
		assert.is(
			told.sha256,
			createHash('sha256')
				.update('tenfold\n'.repeat(8 * MIB))
				.digest('hex'),
		);
		assert.ok(told.messages < 20_000, `${told.messages} messages for 8 million lines`);
	});

	test('without any line feed passes: 20 MiB in one line', async () => {
		const told = await run(wire, `yes | tr -d '\\n' | head -c ${20 * MIB}`);
		agree(told);
		assert.is(told.bytes, 20 * MIB);
	});

	test('that is not text passes: random bytes, NUL, carriage returns', async () => {
		agree(await run(wire, `head -c ${2 * MIB} /dev/urandom`));
		agree(await run(wire, "printf 'a\\0b\\rc\\r\\n'; head -c 100000 /dev/zero"));
	});

	test('cut inside a character comes whole with the later chunk', async () => {
		await run(wire, "printf 'a\\342'; sleep 0.05; printf '\\202'; sleep 0.05; printf '\\254b'; printf '\\377' >&2");
		const outputs = wire.messages.flatMap(({ method, params }) =>
			method === 'process.output' && params ? [params] : [],
		);
		const stdout = outputs.filter((params) => params.type === 'stdout');
		assert.is(stdout.map((params) => params.data).join(''), 'a€b');
		assert.ok(stdout.every((params) => params.data_base64 === undefined));
		const stderr = outputs.find((params) => params.type === 'stderr');
		assert.is(stderr?.data, '\ufffd');
		assert.is(stderr?.data_base64, '/w==');
	});

	test('waits for a reader that sleeps: the command blocks, memory stays, nothing is lost', async () => {
		await using folder = await createTempFolder();
		const done = join(folder.path, 'done');
		wire.send(request('warm', 'hook_status'));
		await wire.answer('warm');
		const rssBefore = process.memoryUsage().rss;
		const told = run(wire, `yes tenfold | head -c ${128 * MIB}; touch ${done}`);
		await once(wire.socket, 'message');
		wire.socket.pause();
		// There is no event for "nothing happens": enough time to print all of it stands for it.
		await sleep(700);
		assert.not.ok(existsSync(done), 'the command was not held back');
		const grownMib = (process.memoryUsage().rss - rssBefore) / MIB;
		assert.ok(grownMib < 60, `memory grew by ${grownMib} MiB`);
		wire.socket.resume();
		const end = await told;
		agree(end);
		assert.is(end.bytes, 128 * MIB);
		assert.ok(existsSync(done));
	});

	test('of one connection that sleeps does not delay another', async () => {
		const other = await connectRaw(served.url);
		wire.send(request(1, 'execute', { command: 'yes' }));
		await wire.notification('process.started');
		wire.socket.pause();
		agree(await run(other, `yes tenfold | head -c ${8 * MIB}`));
		await other.close();
		wire.socket.resume();
	});

	test('is not read while requests without a reader for their answers pile up', async () => {
		const other = await connectRaw(served.url);
		other.socket.pause();
		const rssBefore = process.memoryUsage().rss;
		const big = JSON.stringify({ id: 'x'.repeat(10_000), method: 'nope' });
		for (let index = 0; index < 5000; index += 1) other.socket.send(big);
		wire.send(request(1, 'hook_status'));
		await wire.answer(1);
		await sleep(300);
		// 50 MB of requests wait on the client's side; their answers must not wait on ours as well.
		const grownMib = (process.memoryUsage().rss - rssBefore) / MIB;
		assert.ok(grownMib < 130, `memory grew by ${grownMib} MiB`);
		other.socket.terminate();
	});
});
