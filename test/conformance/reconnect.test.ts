import { createHash } from 'node:crypto';
import * as assert from 'uvu/assert';
import { connectExecutor } from '../../src/library/client.ts';
import { type Chaos, type ChaosProxy, startChaosProxy } from '../helpers/chaos-proxy.ts';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe, rejection } from '../helpers/suite.ts';

const QUICK = { minDelayMs: 5, maxDelayMs: 50, leaseMs: 20_000 };

describe('a client that reconnects', ({ test, beforeEach, afterEach }) => {
	let served: TestExecutor;
	let proxy: ChaosProxy | undefined;
	beforeEach(async () => {
		served = await startExecutor();
	});
	afterEach(async () => {
		await proxy?.close();
		await served.close();
	});
	const through = async (chaos: Chaos, seed: number, more: object = {}): Promise<string> => {
		proxy = await startChaosProxy(served.url, { chaos, seed, ...more });
		return proxy.url;
	};

	for (const [chaos, seed] of [
		['cut', 1],
		['cut', 2],
		['cut', 3],
		['half-close', 4],
		['half-close', 5],
	] as const) {
		test(`loses and repeats no byte through a proxy that does ${chaos} after up to 300 kB, seed ${seed}`, async () => {
			// The first connection lives long enough to greet.
			const url = await through(chaos, seed, { endBytes: 300_000, endings: 12 });
			const executor = await connectExecutor(url, { reconnect: QUICK }).catch(() =>
				connectExecutor(url, { reconnect: QUICK }),
			);
			const commands = [
				'seq 1 300000',
				'yes 0123456789 | head -c 1000000; seq 1 9 >&2',
				'for i in 1 2 3 4 5 6; do echo $i; sleep 0.05; done',
			];
			const ends = await Promise.all(
				commands.map(async (command) => {
					const execution = await executor.execute(command);
					const digest = createHash('sha256');
					let next = 0;
					for await (const { bytes, seq } of execution.output) {
						assert.is(seq, next++);
						digest.update(bytes);
					}
					const end = await execution.completed;
					assert.is(end.exitCode, 0);
					assert.is(digest.digest('hex'), end.sha256);
					return end.bytes;
				}),
			);
			assert.equal(ends, [1_988_895, 1_000_018, 12]);
			assert.ok((proxy?.connections ?? 0) > 1, 'it was cut');
			await executor.close();
		});
	}

	test('goes on with what is paused, and controls it over the next connection', async () => {
		const executor = await connectExecutor(await through('delay', 6), { reconnect: QUICK });
		const duration = uniqueSleep();
		const execution = await executor.execute(`echo ready; sleep ${duration}; true`);
		await execution.output.next();
		await execution.pause();
		proxy?.cutAll();
		await execution.resume();
		assert.is(countRunning(`sleep ${duration}`), 1);
		await execution.cancel();
		assert.is((await execution.completed).isCanceled, true);
		assert.equal(processesWith(duration), []);
		await executor.close();
	});

	test('starts nothing twice when the answer to execute is lost', async () => {
		const executor = await connectExecutor(await through('delay', 7), { reconnect: QUICK });
		const folder = uniqueSleep();
		const commands = Array.from({ length: 20 }, (_, index) => executor.run(`echo ${folder}-${index}; sleep 0.1`));
		await new Promise((resolve) => setImmediate(resolve));
		proxy?.cutAll();
		const results = await Promise.all(commands);
		assert.equal(
			results.map(({ stdout }) => stdout),
			results.map((_, index) => `${folder}-${index}\n`),
		);
		await executor.close();
	});

	test('lets a slow reader delay its own command alone', async () => {
		const executor = await connectExecutor(served.url, { reconnect: QUICK });
		const slow = await executor.execute('head -c 50000000 /dev/zero');
		await slow.output.next();
		// 50 MB of the other come while nobody reads the first.
		const { bytes } = await executor.run('head -c 50000000 /dev/zero');
		assert.is(bytes, 50_000_000);
		await slow.cancel();
		await slow.output.return?.();
		assert.ok((await slow.completed).bytes < 20_000_000);
		await executor.close();
	});

	test('tells that what ran is lost when the executor is gone for longer than the lease', async () => {
		const url = await through('delay', 8);
		const executor = await connectExecutor(url, { reconnect: { ...QUICK, leaseMs: 200 } });
		const execution = await executor.execute('exec sleep 60');
		await proxy?.close();
		proxy = undefined;
		const error = await rejection(execution.completed);
		assert.is((error as { code?: string }).code, 'EXECUTOR_LOST');
		assert.match(String(error), /No way back to the executor within 200 ms/);
		await executor.close();
	});

	test('leaves nothing when it never comes back', async () => {
		const url = await through('delay', 9);
		const executor = await connectExecutor(url, { reconnect: { ...QUICK, leaseMs: 200 } });
		const duration = uniqueSleep();
		const execution = await executor.execute(`exec sleep ${duration}`);
		execution.completed.catch(() => {});
		await proxy?.close();
		proxy = undefined;
		await until(() => processesWith(duration).length === 0, 'the lease ends the command');
		await executor.close();
	});

	test('loses what runs with the connection where it shall not come back', async () => {
		const executor = await connectExecutor(await through('delay', 10), { reconnect: false });
		const execution = await executor.execute('exec sleep 60');
		proxy?.cutAll();
		assert.is(((await rejection(execution.completed)) as { code?: string }).code, 'EXECUTOR_LOST');
		await executor.close();
	});

	test('closes at once while it looks for a way back', async () => {
		const executor = await connectExecutor(await through('delay', 11), { reconnect: { ...QUICK, maxDelayMs: 5000 } });
		await proxy?.close();
		proxy = undefined;
		const waiting = rejection(executor.run('true'));
		await executor.close();
		assert.is(((await waiting) as { code?: string }).code, 'EXECUTOR_LOST');
	});
});
