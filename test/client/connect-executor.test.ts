import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import * as assert from 'uvu/assert';
import { WebSocketServer } from 'ws';
import type { ExecutionEnd, ExecutorClient, OutputChunk } from '../../src/client/client.ts';
import { connectExecutor } from '../../src/client/connect-executor.ts';
import { AppError } from '../../src/core/errors.ts';
import { createExecutionId, createMarker } from '../../src/core/ids.ts';
import type { TranscriptRecord } from '../../src/core/transcript-records.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { startExecutor } from '../helpers/executor.ts';
import { startFirstExecutor } from '../helpers/first-executor.ts';
import { countRunning, processesWith, uniqueSleep, until } from '../helpers/processes.ts';
import { describe, rejection } from '../helpers/suite.ts';

const host = { clock: nodeClock, hashes: nodeHashes };
const ids = () => ({
	executionId: createExecutionId(nodeClock, nodeRandom),
	marker: createMarker('test', nodeClock, nodeRandom),
});
const connect = (url: string, records?: TranscriptRecord[]): Promise<ExecutorClient> =>
	connectExecutor(url, records ? { ...host, transcript: { append: (record) => void records.push(record) } } : host, {
		connectTimeoutMs: 500,
		cancelWaitMs: 200,
	});

/** Runs a command to its end. */
async function run(client: ExecutorClient, command: string, extra: object = {}) {
	const chunks: OutputChunk[] = [];
	const execution = await client.execute({ ...ids(), command, ...extra }, (chunk) => void chunks.push(chunk));
	const end = await execution.completed;
	const textOf = (stream: string): string =>
		chunks.flatMap((chunk) => (chunk.stream === stream ? chunk.text : [])).join('');
	return { end, execution, chunks, stdout: textOf('stdout'), stderr: textOf('stderr') };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const errorOf = async (promise: Promise<unknown>): Promise<AppError> => {
	const error = await rejection(promise);
	if (!(error instanceof AppError)) throw new Error(`Not an AppError: ${String(error)}`);
	return error;
};

const kinds = [
	['our executor', async () => startExecutor()],
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
	const isOurs = kind === 'our executor';
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
			const all = await Promise.all(['a', 'b', 'c'].map((name) => run(client, `sleep 0.3; echo ${name}`)));
			assert.equal(
				all.map(({ stdout }) => stdout),
				['a\n', 'b\n', 'c\n'],
			);
			assert.ok(performance.now() - startedMs < 850, 'one after the other');
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
			const writer = await connect(served.url, records);
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
	test('gets raw bytes', async () => {
		const served = await startExecutor();
		const client = await connect(served.url);
		const { chunks, end } = await run(client, "printf '\\377\\000a'; printf '\\342' >&2");
		const bytes = Buffer.concat(chunks.map((chunk) => chunk.bytes));
		assert.is(bytes.toString('hex'), 'ff0061e2');
		assert.is(end.receivedSha256, createHash('sha256').update(bytes).digest('hex'));
		await client.close();
		await served.close();
	});

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

/** Starts a server that does what it likes with each connection. */
async function listen(server: Server): Promise<{ url: string; close(): Promise<void> }> {
	const sockets = new Set<{ destroy(): void }>();
	server.on('connection', (socket) => sockets.add(socket));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `ws://127.0.0.1:${port}/ws/mcp`,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, 'close');
		},
	};
}

/** A WebSocket server that says what it is told to, first on connection, then on each message. */
async function startLiar(first: string | null, ...replies: string[]) {
	const http = createHttpServer();
	new WebSocketServer({ server: http }).on('connection', (socket) => {
		if (first !== null) socket.send(first);
		socket.on('message', () => {
			for (const reply of replies) {
				if (reply === 'hang up') socket.terminate();
				else socket.send(reply);
			}
		});
	});
	return listen(http);
}

const GREETING = JSON.stringify({
	jsonrpc: '2.0',
	method: 'connected',
	params: { session_id: 's', version: '1', capabilities: ['multiplex', 'marker'] },
});
const STARTED = '{"jsonrpc":"2.0","id":1,"result":{"status":"started","pid":1,"pgid":1}}';

describe('connectExecutor()', ({ test }) => {
	test('says that nothing listens', async () => {
		const server = await listen(createServer());
		await server.close();
		const error = await errorOf(connect(server.url));
		assert.is(error.code, 'EXECUTOR_UNREACHABLE');
		assert.match(error.message, 'refused, nothing listens there');
		assert.match(error.advice ?? '', 'verify serve');
		assert.is((await errorOf(connect('ws+unix:/missing/socket:/ws/mcp'))).code, 'EXECUTOR_UNREACHABLE');
		for (const url of ['http://x', 'nonsense', 'ws://', 'ws://h/#x']) {
			assert.is((await errorOf(connect(url))).code, 'EXECUTOR_UNREACHABLE', url);
		}
	});

	test('says that the path is wrong', async () => {
		const served = await startExecutor({ isTcp: true });
		const error = await errorOf(connect(served.url.replace('/ws/mcp', '/wrong')));
		assert.is(error.code, 'EXECUTOR_UNREACHABLE');
		assert.match(error.message, 'HTTP 403');
		assert.match(error.advice ?? '', '/ws/mcp');
		await served.close();
		const http = await listen(createHttpServer((_request, response) => response.writeHead(200).end('hello')));
		assert.match((await errorOf(connect(http.url))).message, 'HTTP 200');
		await http.close();
	});

	test('calls nonsense what is no executor', async () => {
		const talker = await listen(createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
		assert.is((await errorOf(connect(talker.url))).code, 'EXECUTOR_NONSENSE');
		await talker.close();
		for (const first of ['hello', '[]', '{"method":"connected","params":{}}', STARTED]) {
			const liar = await startLiar(first);
			assert.is((await errorOf(connect(liar.url))).code, 'EXECUTOR_NONSENSE', first);
			await liar.close();
		}
	});

	test('waits for a greeting, and for a handshake, so long and no longer', async () => {
		const silent = await startLiar(null);
		const error = await errorOf(connect(silent.url));
		assert.is(error.code, 'EXECUTOR_NONSENSE');
		assert.match(error.message, 'no `connected` within 500 ms');
		await silent.close();
		const deaf = await listen(createServer(() => {}));
		assert.is((await errorOf(connect(deaf.url))).code, 'EXECUTOR_UNREACHABLE');
		await deaf.close();
	});

	test('hands on that the session limit is reached', async () => {
		const served = await startExecutor({ maxSessions: 1 });
		const client = await connect(served.url);
		const error = await errorOf(connect(served.url));
		assert.is(error.code, 'EXECUTOR_REFUSED');
		assert.match(error.message, 'Session limit exceeded');
		await client.close();
		await served.close();
	});

	test('rejects with EXECUTOR_NONSENSE when the executor breaks the protocol later', async () => {
		for (const replies of [
			['garbage'],
			['{"jsonrpc":"2.0","id":1,"result":{"pid":"five"}}'],
			['{"error":{"code":1,"message":"m"}}'],
		]) {
			const liar = await startLiar(GREETING, ...replies);
			const client = await connect(liar.url);
			const error = await errorOf(client.execute({ ...ids(), command: 'ls' }, () => {}));
			assert.is(error.code, 'EXECUTOR_NONSENSE', replies[0]);
			await liar.close();
		}
		const liar = await startLiar(GREETING, STARTED, '{"method":"process.output","params":{"type":"stdout"}}');
		const client = await connect(liar.url);
		const execution = await client.execute({ ...ids(), command: 'ls' }, () => {});
		assert.is((await errorOf(execution.completed)).code, 'EXECUTOR_NONSENSE');
		await liar.close();
	});

	test('rejects with EXECUTOR_LOST when the executor is gone in mid-execution', async () => {
		const liar = await startLiar(GREETING, STARTED, 'hang up');
		const client = await connect(liar.url);
		const execution = await client.execute({ ...ids(), command: 'ls' }, () => {});
		assert.is((await errorOf(execution.completed)).code, 'EXECUTOR_LOST');
		assert.is((await errorOf(client.execute({ ...ids(), command: 'ls' }, () => {}))).code, 'EXECUTOR_LOST');
		await liar.close();
		const gone = await startLiar(GREETING, 'hang up');
		const other = await connect(gone.url);
		assert.is((await errorOf(other.execute({ ...ids(), command: 'ls' }, () => {}))).code, 'EXECUTOR_LOST');
		await gone.close();
	});

	test('says so when a base executor cuts the bracket, or tells another exit code than it', async () => {
		const greeting = GREETING.replace('"multiplex","marker"', '"execute"');
		const end = (code: number): string =>
			JSON.stringify({ method: 'process.completed', params: { status: 'x', exit_code: code } });
		const tell = async (text: (marker: string) => string, code: number): Promise<ExecutionEnd['bracket']> => {
			const { marker, executionId } = ids();
			const data = { type: 'stdout', data: text(marker), truncated: false };
			const output = JSON.stringify({ method: 'process.output', params: data });
			const liar = await startLiar(greeting, STARTED, output, end(code));
			const client = await connect(liar.url);
			const execution = await client.execute({ marker, executionId, command: 'ls' }, () => {});
			const { bracket } = await execution.completed;
			await client.close();
			await liar.close();
			return bracket;
		};
		assert.is(await tell((marker) => `${marker} begin\nx\n${marker} end 0\n`, 0), 'whole');
		assert.is(await tell((marker) => `${marker} begin\nx\n${marker} end 0\n`, 1), 'cut');
		assert.is(await tell((marker) => `${marker} begin\nx\n`, 0), 'cut');
		assert.is(await tell(() => 'x\n', 0), 'none');
	});

	test('uses the connections of a base executor again, and a fresh one after a cancel', async () => {
		const served = await startFirstExecutor({ starts: 'words' });
		const client = await connect(served.url);
		await run(client, 'true');
		await run(client, 'true');
		assert.is(served.connections.size, 1);
		await Promise.all([run(client, 'sleep 0.1'), run(client, 'sleep 0.1')]);
		assert.is(served.connections.size, 2);
		const execution = await client.execute({ ...ids(), command: 'sleep 9' }, () => {});
		await execution.control('CANCEL');
		await execution.completed;
		await until(() => served.connections.size === 1, 'the canceled connection is closed');
		await client.close();
		await until(() => served.connections.size === 0, 'all are closed');
		await served.close();
	});
});
