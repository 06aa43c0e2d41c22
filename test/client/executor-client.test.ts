import { createHash } from 'node:crypto';
import * as assert from 'uvu/assert';
import type { ExecutorClient } from '../../src/client/client.ts';
import type { TranscriptRecord } from '../../src/core/transcript-records.ts';
import { CAPABILITIES } from '../../src/protocol/limits.ts';
import { connect, errorOf, ids, run, sha256 } from '../helpers/client.ts';
import { startExecutor } from '../helpers/executor.ts';
import { startFirstExecutor } from '../helpers/first-executor.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe, rejection } from '../helpers/suite.ts';

const kinds = [
	['our executor', async () => startExecutor()],
	['our executor without binary messages', async () => startExecutor({ capabilities: CAPABILITIES.slice(0, 5) })],
	[
		'our executor without its extensions',
		async () => startExecutor({ capabilities: ['execute', 'control', 'stream'] }),
	],
	['the first executor, which splits words', async () => startFirstExecutor({ starts: 'words' })],
	['the first executor with a shell', async () => startFirstExecutor({ starts: 'shell' })],
	[
		'the first executor, which allows bash alone',
		async () => startFirstExecutor({ starts: 'words', allowed: ['bash'] }),
	],
] as const;

for (const [kind, start] of kinds) {
	const isOurs = kind === 'our executor' || kind === 'our executor without binary messages';
	describe(`a client of ${kind}`, ({ test, before, after }) => {
		let served: Awaited<ReturnType<typeof start>>;
		let client: ExecutorClient;
		before(async () => {
			served = await start();
			client = await connect(served.url);
		});
		after(async () => {
			await client.close();
			await served.close();
		});

		test('gets output, exit code and digests', async () => {
			const { end, execution, stdout, stderr } = await run(
				client,
				'echo "it\'s $((1+1))" | cat; echo oops >&2; exit 5',
			);
			assert.is(stdout, "it's 2\n");
			assert.is(stderr, 'oops\n');
			assert.is(end.exitCode, 5);
			assert.is(end.signal, null);
			assert.is(end.bracket, 'whole');
			assert.is(end.isCanceled, false);
			assert.is(end.bytes, 12);
			assert.is(end.error, null);
			if (isOurs) assert.is(end.sha256, end.receivedSha256);
			else assert.is(end.sha256, null);
			assert.is(execution.commandSha256, sha256('echo "it\'s $((1+1))" | cat; echo oops >&2; exit 5'));
			assert.type(execution.pid, 'number');
		});

		test('gives marker, environment, folder, shell and input to the command', async () => {
			const command = 'printf "%s\\n" "$VERIFY_MARKER" "$VERIFY_EXECUTION_ID" "$A B" "$(pwd)" "$BASH"; cat';
			const extra = { cwd: '/', env: { A: `x'"$y` }, shell: 'bash', stdin: 'typed\n' };
			const execution = ids();
			const chunks: string[] = [];
			const running = await client.execute({ ...execution, command, ...extra }, ({ text }) => void chunks.push(text));
			const end = await running.completed;
			const lines = chunks.join('').split('\n');
			assert.equal(lines.slice(0, 4), [execution.marker, execution.executionId, `x'"$y B`, '/']);
			assert.match(lines[4] ?? '', 'bash');
			assert.equal(lines.slice(5), ['typed', '']);
			assert.is(end.exitCode, 0);
			assert.is(end.bracket, 'whole');
		});

		test('keeps output without a final line feed, and none at all', async () => {
			assert.is((await run(client, 'printf "a\\n\\nb"')).stdout, 'a\n\nb');
			const { stdout, end } = await run(client, 'true');
			assert.is(stdout, '');
			assert.is(end.receivedSha256, sha256(''));
		});

		test('runs several at once', async () => {
			const startedMs = performance.now();
			const all = await Promise.all(['a', 'b', 'c'].map((name) => run(client, `sleep 0.8; echo ${name}`)));
			assert.equal(
				all.map(({ stdout }) => stdout),
				['a\n', 'b\n', 'c\n'],
			);
			assert.ok(performance.now() - startedMs < 2300, 'one after the other');
		});

		test('cancels, paused or not, and leaves nothing', async () => {
			for (const isPaused of [false, true]) {
				const duration = uniqueSleep();
				const execution = await client.execute({ ...ids(), command: `echo ready; sleep ${duration}` }, () => {});
				await until(() => countRunning(`sleep ${duration}`) === 1, 'it stands');
				if (isPaused) await execution.control('PAUSE');
				await execution.control('CANCEL');
				const end = await execution.completed;
				assert.is(end.isCanceled, true);
				assert.is(end.exitCode, null);
				assert.is(end.signal, 'SIGTERM');
				await until(() => processesWith(duration).length === 0, 'it is gone');
				await execution.control('CANCEL');
			}
			assert.is((await run(client, 'echo again')).stdout, 'again\n');
		});

		test('writes the transcript of what came', async () => {
			const records: TranscriptRecord[] = [];
			const writer = await connect(served.url, { records });
			const { end, execution } = await run(writer, 'echo hi; exit 2');
			const [started] = records;
			if (started?.type !== 'execution-started') throw new Error('No start');
			assert.is(started.execution, execution.executionId);
			assert.is(started.command_sha256, execution.commandSha256);
			assert.is(records.flatMap((record) => (record.type === 'output' ? record.data : [])).join(''), 'hi\n');
			const last = records.at(-1);
			if (last?.type !== 'execution-completed') throw new Error('No end');
			assert.is(last.exit_code, 2);
			assert.is(last.output_sha256, end.receivedSha256);
			assert.match(String(last.marker), /^MARKER_test_/);
			await writer.close();
		});
	});
}

describe('a client of our executor', ({ test }) => {
	for (const capabilities of [CAPABILITIES, CAPABILITIES.slice(0, 5)]) {
		test(`gets raw bytes, ${capabilities.length > 5 ? 'in binary messages' : 'in text messages'}`, async () => {
			const served = await startExecutor({ capabilities });
			const client = await connect(served.url);
			const command = "printf '\\377\\000a\\342'; sleep 0.05; printf '\\202\\254'; printf '\\342' >&2";
			const { chunks, end, stdout, stderr } = await run(client, command);
			assert.is(stdout, '\ufffd\0a€');
			assert.is(stderr, '\ufffd');
			const bytes = Buffer.concat(chunks.map((chunk) => chunk.bytes));
			assert.is(bytes.toString('hex'), 'ff0061e282ace2');
			assert.equal(
				chunks.map(({ seq }) => seq),
				chunks.map((_chunk, index) => index),
			);
			assert.is(end.sha256, createHash('sha256').update(bytes).digest('hex'));
			assert.is(end.receivedSha256, end.sha256);
			await client.close();
			await served.close();
		});
	}

	test('holds the wire back while it is busy, and loses nothing', async () => {
		const served = await startExecutor();
		const client = await connect(served.url);
		let bytes = 0;
		let busy = 0;
		let mostBusy = 0;
		const execution = await client.execute({ ...ids(), command: 'yes tenfold | head -c 4194304' }, async (chunk) => {
			bytes += chunk.bytes.length;
			busy += 1;
			mostBusy = Math.max(mostBusy, busy);
			await new Promise((resolve) => setTimeout(resolve, 2));
			busy -= 1;
		});
		const end = await execution.completed;
		assert.is(end.sha256, end.receivedSha256);
		assert.is(bytes, 4_194_304);
		assert.ok(mostBusy < 30, `${mostBusy} chunks at once`);
		await client.close();
		await served.close();
	});

	test('fails the execution, not the connection, when its listener throws', async () => {
		const served = await startExecutor();
		const client = await connect(served.url);
		const execution = await client.execute({ ...ids(), command: 'echo x' }, () => {
			throw new Error('listener broke');
		});
		assert.match(String(await rejection(execution.completed)), 'listener broke');
		assert.is((await run(client, 'echo fine')).stdout, 'fine\n');
		await client.close();
		await served.close();
	});

	test('classes what the executor refuses', async () => {
		const served = await startExecutor();
		const client = await connect(served.url);
		const missing = await errorOf(client.execute({ ...ids(), command: 'ls', cwd: '/missing' }, () => {}));
		assert.is(missing.code, 'SPAWN_FAILED');
		assert.match(missing.message, '/missing is not a folder');
		const shell = await errorOf(client.execute({ ...ids(), command: 'ls', shell: '/missing/sh' }, () => {}));
		assert.is(shell.code, 'SPAWN_FAILED');
		const long = await errorOf(client.execute({ ...ids(), command: `: ${'x'.repeat(300_000)}` }, () => {}));
		assert.is(long.code, 'SPAWN_FAILED');
		assert.match(long.message, 'too long');
		const empty = await errorOf(client.execute({ ...ids(), command: ' ' }, () => {}));
		assert.is(empty.code, 'EXECUTOR_REFUSED');
		assert.is(empty.data.code, -32002);
		await client.close();
		await client.close();
		assert.is((await errorOf(client.execute({ ...ids(), command: 'ls' }, () => {}))).code, 'EXECUTOR_LOST');
		await served.close();
	});

	test('rejects what runs when it is closed itself', async () => {
		const served = await startExecutor();
		const client = await connect(served.url);
		const execution = await client.execute({ ...ids(), command: 'sleep 9' }, () => {});
		await client.close();
		assert.is((await errorOf(execution.completed)).code, 'EXECUTOR_LOST');
		await served.close();
	});
});
