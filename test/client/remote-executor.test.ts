import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { WebSocketServer } from 'ws';
import { connectExecutor } from '../../src/library/client.ts';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { processesWith, uniqueSleep } from '../helpers/processes.ts';
import { startStandalone } from '../helpers/standalone-executor.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
	((await rejection(promise)) as { code?: unknown }).code;

describe('connectExecutor() of tenfold/client', ({ test, before, after }) => {
	let served: TestExecutor;
	before(async () => {
		served = await startExecutor();
	});
	after(() => served.close());

	for (const [kind, capabilities] of [
		['with all capabilities', undefined],
		['without leases', ['execute', 'control', 'stream', 'multiplex', 'marker', 'binary']],
		['with the base wire alone', ['execute', 'control', 'stream']],
	] as const) {
		test(`runs, streams and cancels on an executor ${kind}`, async () => {
			const other = await startExecutor(capabilities ? { capabilities } : {});
			const executor = await connectExecutor(other.url);
			const { exitCode, stdout, stderr } = await executor.run('echo out; echo err >&2; exit 4');
			assert.equal([exitCode, stdout, stderr], [4, 'out\n', 'err\n']);
			const duration = uniqueSleep();
			const execution = await executor.execute(`echo ready; exec sleep ${duration}`);
			const first = await execution.output.next();
			// The base wire keeps a line feed back that may belong to the bracket.
			assert.match(first.value?.text ?? '', /^ready/);
			await execution.pause();
			await execution.resume();
			await execution.cancel();
			assert.is((await execution.completed).isCanceled, true);
			for await (const { text } of execution.output) assert.is(text, '\n');
			assert.equal(processesWith(duration), []);
			await executor.close();
			await other.close();
		});
	}

	test('ends the command when its signal is aborted, and rejects with the reason once nothing is left', async () => {
		await using executor = await connectExecutor(served.url);
		const controller = new AbortController();
		const duration = uniqueSleep();
		const reason = new Error('enough');
		const execution = await executor.execute(`yes & exec sleep ${duration}`, { signal: controller.signal });
		await execution.output.next();
		controller.abort(reason);
		assert.is(await rejection(execution.completed), reason);
		assert.equal(processesWith(duration), []);
		assert.is(await rejection(executor.run('true', { signal: controller.signal })), reason);
	});

	test('leaves a result as it is when the signal is aborted after the end', async () => {
		await using executor = await connectExecutor(served.url);
		const controller = new AbortController();
		const execution = await executor.execute('true', { signal: controller.signal });
		assert.is((await execution.completed).exitCode, 0);
		controller.abort();
		assert.is((await execution.completed).exitCode, 0);
	});

	test('gives up connecting when its signal is aborted', async () => {
		const deaf = new WebSocketServer({ port: 0, host: '127.0.0.1' });
		await once(deaf, 'listening');
		const { port } = deaf.address() as { port: number };
		const controller = new AbortController();
		const connecting = rejection(connectExecutor(`ws://127.0.0.1:${port}/ws/mcp`, { signal: controller.signal }));
		await once(deaf, 'connection');
		controller.abort('changed my mind');
		assert.is(await connecting, 'changed my mind');
		deaf.close();
	});

	test('ends a command that prints more than it may', async () => {
		await using executor = await connectExecutor(served.url);
		const duration = uniqueSleep();
		const error = await rejection(executor.run(`yes; sleep ${duration}`, { maxOutputBytes: 100_000 }));
		assert.instance(error, RangeError);
		assert.equal(processesWith(duration), []);
	});

	test('drops the rest when the reader leaves the loop, and the command runs on', async () => {
		await using executor = await connectExecutor(served.url);
		const execution = await executor.execute('head -c 30000000 /dev/zero; exit 7');
		for await (const chunk of execution.output) {
			assert.ok(chunk.bytes.length > 0);
			break;
		}
		const { exitCode, bytes } = await execution.completed;
		assert.equal([exitCode, bytes], [7, 30_000_000]);
	});

	test('counts an executor that is silent as lost, after two pings', async () => {
		const deaf = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
		await once(deaf, 'listening');
		const greeting = { session_id: 's', version: '1.0.0', capabilities: ['execute', 'multiplex', 'marker'] };
		deaf.on('connection', (socket) => socket.send(JSON.stringify({ method: 'connected', params: greeting })));
		const { port } = deaf.address() as { port: number };
		const executor = await connectExecutor(`ws://127.0.0.1:${port}/ws/mcp`, { heartbeatMs: 30 });
		assert.is(await codeOf(executor.run('true')), 'EXECUTOR_LOST');
		await executor.close();
		deaf.close();
	});

	test('shows its token, and says when it is missing or wrong', async () => {
		await using folder = await createTempFolder();
		const file = join(folder.path, 'token');
		const token = 'a-token-of-this-test-that-is-long-enough';
		writeFileSync(file, `${token}\n`, { mode: 0o600 });
		const guarded = await startStandalone('--token-file', file);
		await using executor = await connectExecutor(guarded.url, { token });
		assert.is((await executor.run('echo in')).stdout, 'in\n');
		for (const options of [{}, { token: 'another' }]) {
			const error = await rejection(connectExecutor(guarded.url, options));
			assert.is((error as { code?: string }).code, 'EXECUTOR_UNREACHABLE');
			assert.match(String(error), /it demands a token, and ours was missing or wrong/);
			assert.not.match(JSON.stringify(error), /another/);
		}
		await executor.close();
		await guarded.close();
	});

	test('refuses pauses that are none', async () => {
		const url = served.url;
		assert.instance(await rejection(connectExecutor(url, { reconnect: { leaseMs: 0 } })), RangeError);
		assert.instance(await rejection(connectExecutor(url, { reconnect: { minDelayMs: 9, maxDelayMs: 1 } })), RangeError);
	});
});
