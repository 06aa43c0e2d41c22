import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import * as assert from 'uvu/assert';
import { WebSocketServer } from 'ws';
import type { ExecutionEnd } from '../../src/client/client.ts';
import { connectExecutor } from '../../src/client/connect-executor.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { connect, errorOf, ids, run } from '../helpers/client.ts';
import { startExecutor } from '../helpers/executor.ts';
import { createFakeClock } from '../helpers/fake-clock.ts';
import { startFirstExecutor } from '../helpers/first-executor.ts';
import { until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';

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
		const error = await errorOf(connect(silent.url, { connectTimeoutMs: 500 }));
		assert.is(error.code, 'EXECUTOR_NONSENSE');
		assert.match(error.message, 'no `connected` within 500 ms');
		await silent.close();
		const deaf = await listen(createServer(() => {}));
		assert.is((await errorOf(connect(deaf.url, { connectTimeoutMs: 500 }))).code, 'EXECUTOR_UNREACHABLE');
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

	test('starts nothing on a base executor once it is closed, not even on a connection that was under way', async () => {
		const served = await startFirstExecutor({ starts: 'words' });
		const client = await connect(served.url);
		const started = client.execute({ ...ids(), command: 'sleep 9' }, () => {});
		const underWay = client.execute({ ...ids(), command: 'echo never' }, () => {});
		const [error] = await Promise.all([errorOf(underWay), errorOf(started), client.close()]);
		assert.match(error.message, 'The client was closed');
		assert.match((await errorOf(client.execute({ ...ids(), command: 'echo never' }, () => {}))).message, 'was closed');
		await until(() => served.connections.size === 0, 'all are closed');
		assert.not(served.commands.some((command) => command.includes('never')));
		await served.close();
	});

	test('closes at once while it comes back to an executor that says nothing', async () => {
		const http = createHttpServer();
		let connections = 0;
		new WebSocketServer({ server: http }).on('connection', (socket) => {
			connections += 1;
			if (connections === 1) socket.send(GREETING.replace('"marker"', '"marker","attach"'), () => socket.terminate());
		});
		const server = await listen(http);
		// Nothing but what is told to: no pause between two attempts ends by itself.
		const clock = createFakeClock();
		const reconnect = { minDelayMs: 1000, maxDelayMs: 1000, leaseMs: 10_000 };
		const client = await connectExecutor(server.url, { clock, hashes: nodeHashes }, { reconnect });
		await until(() => {
			clock.advance(100);
			return connections === 2;
		}, 'it dials');
		await client.close();
		await server.close();
	});
});
