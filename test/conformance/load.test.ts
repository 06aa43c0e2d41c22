import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { connectExecutor } from '../../src/library/client.ts';
import { startExecutor } from '../helpers/executor.ts';
import { type StandaloneExecutor, startStandalone } from '../helpers/standalone-executor.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, request } from '../helpers/wire.ts';

const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
const residentBytes = (pid: number): number =>
	Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

describe('load', ({ test, skip, after }) => {
	test('1,000 connections are open at once, and each is served', async () => {
		const served = await startExecutor({ maxSessions: 1000, isTcp: true });
		const wires = await Promise.all(Array.from({ length: 1000 }, () => connectRaw(served.url)));
		for (const wire of wires) wire.send(request(1, 'hook_status'));
		for (const wire of wires) assert.is((await wire.answer(1)).result?.enabled, false);
		// One of them can work while the others are idle.
		wires[500]?.send(request(2, 'execute', { command: 'echo busy' }));
		assert.is((await wires[500]?.notification('process.completed'))?.exit_code, 0);
		const next = await connectRaw(served.url);
		assert.is((await next.next()).error?.code, -32001);
		await Promise.all(wires.map((wire) => wire.close()));
		await served.close();
	});

	test('100 executions run at once on one connection', async () => {
		const served = await startExecutor();
		const executor = await connectExecutor(served.url, { reconnect: false });
		const executions = await Promise.all(
			Array.from({ length: 100 }, (_, index) => executor.execute(`echo ${index}; read line`, { stdin: `${index}\n` })),
		);
		for (const [index, execution] of executions.entries()) {
			let text = '';
			for await (const chunk of execution.output) text += chunk.text;
			assert.is(text, `${index}\n`);
			assert.is((await execution.completed).exitCode, 0);
		}
		await executor.close();
		await served.close();
	});

	if (process.platform !== 'linux') {
		skip('1,000 executions leave no memory and no descriptor', 'counts them in /proc');
		return;
	}

	let served: StandaloneExecutor | undefined;
	after(async () => {
		await served?.close();
	});

	test('1,000 executions in a row leave no descriptor, and none of their buffers', async () => {
		served = await startStandalone();
		const { pid = 0 } = served.child;
		await using executor = await connectExecutor(served.url);
		/**
		 * The least memory seen: what is above it the garbage collector had not taken yet. The most descriptors: the pipes for the next command
		 * may be open by then or not.
		 */
		const runMany = async (count: number): Promise<{ leastBytes: number; descriptors: number }> => {
			let leastBytes = Number.POSITIVE_INFINITY;
			let descriptors = 0;
			for (let done = 0; done < count; done += 1) {
				assert.is((await executor.run('echo x')).stdout, 'x\n');
				descriptors = Math.max(descriptors, descriptorsOf(pid));
				if (done % 10 === 0) leastBytes = Math.min(leastBytes, residentBytes(pid));
			}
			return { leastBytes, descriptors };
		};
		// What is allocated once is there after the first ones.
		await runMany(100);
		const before = await runMany(200);
		await runMany(600);
		const afterwards = await runMany(200);
		const told = `${before.descriptors} → ${afterwards.descriptors} descriptors`;
		assert.ok(afterwards.descriptors <= before.descriptors + 1, told);
		const grownKiB = (afterwards.leastBytes - before.leastBytes) / 1024;
		// The heap of a young process still settles; a pair of pipe buffers kept for each of them would be 128 KiB. bench/executor-soak.ts looks closer.
		assert.ok(grownKiB < 800 * 64 * 1.5, `grew by ${grownKiB} KiB`);
	});
});
