import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { killGroup, splitWords } from './posix-words.ts';

/** How the first executor behaved at a stage of its life. */
export interface FirstExecutorOptions {
	/** `words`: splits the line into words and starts the first, no shell. `shell`: hands the line to `sh -c`. */
	readonly starts: 'words' | 'shell';
	/** First words that are allowed; default all. */
	readonly allowed?: readonly string[];
}

/** A small faithful copy of the first executor, with its faults: no `process.completed` after CANCEL, no escalation, one line a message. */
export interface FirstExecutor {
	readonly url: string;
	/** Command lines in the order they came. */
	readonly commands: readonly string[];
	readonly connections: ReadonlySet<WebSocket>;
	close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startFirstExecutor(options: FirstExecutorOptions): Promise<FirstExecutor> {
	const commands: string[] = [];
	const connections = new Set<WebSocket>();
	const http = createServer();
	const sockets = new WebSocketServer({ server: http, path: '/ws/mcp' });
	sockets.on('connection', (socket) => {
		connections.add(socket);
		socket.on('close', () => connections.delete(socket));
		serve(socket, options, commands);
	});
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	const address = http.address();
	if (typeof address !== 'object' || address === null) throw new Error('No port');
	return {
		url: `ws://127.0.0.1:${address.port}/ws/mcp`,
		commands,
		connections,
		close: async () => {
			for (const socket of connections) socket.terminate();
			http.close();
			await once(http, 'close');
		},
	};
}

function serve(socket: WebSocket, { starts, allowed }: FirstExecutorOptions, commands: string[]): void {
	let child: ChildProcess | null = null;
	let isCanceled = false;
	const send = (message: object): void => socket.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
	const notify = (method: string, params: object): void => send({ method, params });
	const fail = (id: unknown, code: number, message: string): void =>
		send({ error: { code, message, data: null }, ...(id == null ? {} : { id }) });
	const state = (status: string) => ({ status, pid: child?.pid, pgid: child?.pid, exit_code: null, error: null });

	const execute = (id: unknown, command: string): void => {
		const [program = '', ...args] = starts === 'shell' ? ['sh', '-c', command] : splitWords(command);
		const first = command.split(/\s/)[0] ?? '';
		if (allowed && !allowed.includes(first)) {
			fail(id, -32002, `Command '${first}' is not allowed`);
			return;
		}
		if (child) {
			fail(id, -32602, 'A process is already running');
			return;
		}
		commands.push(command);
		isCanceled = false;
		const started = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
		if (started.pid === undefined) {
			started.on('error', () => {});
			fail(id, -32603, `[Errno 2] No such file or directory: '${program}'`);
			return;
		}
		child = started;
		send({ result: { status: 'started', pid: child.pid, pgid: child.pid }, id });
		notify('process.started', state('started'));
		for (const type of ['stdout', 'stderr'] as const) {
			byLine(started[type], (data) => {
				if (!isCanceled) notify('process.output', { type, data, truncated: data.endsWith('...\n') });
			});
		}
		started.on('close', (code, signal) => {
			const exitCode = signal === 'SIGTERM' ? -15 : signal === 'SIGKILL' ? -9 : code;
			if (!isCanceled)
				notify('process.completed', { ...state(exitCode === 0 ? 'completed' : 'failed'), exit_code: exitCode });
			child = null;
		});
	};

	const control = (id: unknown, type: string): void => {
		if (!child?.pid) {
			fail(id, -32003, 'No process is running');
			return;
		}
		const [signal, status] = (
			{ PAUSE: ['SIGSTOP', 'paused'], RESUME: ['SIGCONT', 'resumed'], CANCEL: ['SIGTERM', 'canceled'] } as const
		)[type as 'PAUSE'];
		killGroup(child.pid, signal);
		if (type === 'CANCEL') isCanceled = true;
		send({ result: { status }, id });
		notify(`process.${status}`, state(status));
	};

	socket.on('message', (data) => {
		const { id, method, params } = JSON.parse(String(data));
		if (method === 'execute') execute(id, params.command);
		else if (method === 'control') control(id, params.type);
		else fail(id, -32601, `Unknown method: ${method}`);
	});
	// A disconnect sends TERM, then KILL; 10 s lay between, which no test waits for.
	socket.on('close', () => {
		if (child?.pid) killGroup(child.pid, 'SIGKILL');
	});
	notify('connected', { session_id: 'fake', version: '1.0.0', capabilities: ['execute', 'control', 'stream'] });
}

/** One call a line with its line feed; a last line without one as it is. */
function byLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
	let rest = '';
	stream?.setEncoding('utf8');
	stream?.on('data', (text: string) => {
		const lines = (rest + text).split(/(?<=\n)/);
		rest = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : '';
		for (const line of lines) onLine(line);
	});
	stream?.on('end', () => {
		if (rest !== '') onLine(rest);
	});
}
