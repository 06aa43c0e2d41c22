import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import * as assert from 'uvu/assert';
import { request, type WireMessage } from '../helpers/wire.ts';
import { type ConformanceRow, completedOf, outputOf, runOn } from './row.ts';

const shapeOf = ({ method, result, error, id }: WireMessage): string =>
	method ?? `${result ? `result ${String(result.status)}` : `error ${error?.code}`} #${JSON.stringify(id)}`;

/** The wire that clients of the first executor know: connecting, requests, one command a connection. */
export const BASE_ROWS: readonly ConformanceRow[] = [
	{
		section: 'Connecting',
		title: 'greets first, without being asked, with the three capabilities of old in front',
		run: async (wire) => {
			const greeting = await wire.next();
			assert.is(greeting.method, 'connected');
			assert.is(greeting.jsonrpc, '2.0');
			assert.not.ok('id' in greeting);
			const { session_id, version, capabilities } = greeting.params ?? {};
			assert.match(String(session_id), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
			assert.is(version, '1.0.0');
			assert.equal((capabilities as string[]).slice(0, 3), ['execute', 'control', 'stream']);
		},
	},
	{
		section: 'Connecting',
		title: 'takes requests at once: there is no hello from the client',
		run: async (wire) => {
			wire.send(request(1, 'execute', { command: 'true' }));
			await wire.notification('process.completed');
			assert.is(wire.messages[0]?.method, 'connected');
		},
	},
	...[0, '', null, 1.5, -7, 'a', '1'].map(
		(id) =>
			({
				section: 'Requests',
				title: `gives the id ${JSON.stringify(id)} back exactly as it came`,
				run: async (wire) => {
					wire.send(request(id, 'hook_status'));
					const answer = await wire.next(({ result }) => result !== undefined);
					assert.ok('id' in answer);
					assert.is(answer.id, id);
				},
			}) satisfies ConformanceRow,
	),
	{
		section: 'Requests',
		title: 'answers execute without id and without jsonrpc, without id',
		run: async (wire) => {
			wire.send({ method: 'execute', params: { command: 'true' } });
			assert.not.ok('id' in (await wire.next(({ result }) => result !== undefined)));
			await wire.notification('process.completed');
		},
	},
	{
		section: 'Requests',
		title: 'ignores unknown fields, and takes null for what is not set',
		run: async (wire) => {
			const params = {
				command: 'pwd',
				timeout: null,
				id: 7,
				path: '/x',
				cwd: null,
				env: null,
				stdin: null,
				marker: null,
			};
			const { completed } = await runOn(wire, { ...params, shell: null, execution_id: null });
			assert.is(completed.exit_code, 0);
		},
	},
	{
		section: 'Requests',
		title: 'serves them in their order',
		run: async (wire) => {
			for (let id = 0; id < 50; id += 1) wire.send(request(id, id % 2 === 0 ? 'hook_status' : 'nope'));
			await wire.answer(49);
			const answers = wire.messages.filter((message) => 'id' in message).map(({ id }) => id);
			assert.equal(
				answers,
				Array.from({ length: 50 }, (_, id) => id),
			);
		},
	},
	{
		section: 'Requests',
		title: 'answers a batch with one array',
		run: async (wire) => {
			wire.send([request(1, 'hook_status'), 7, request(2, 'nope'), { method: 'nope' }]);
			const answers = (await wire.next((message) => Array.isArray(message))) as unknown as WireMessage[];
			assert.equal(answers.map(shapeOf), ['result undefined #1', 'error -32600 #null', 'error -32601 #2']);
		},
	},
	{
		section: '`execute`',
		title: 'answers, then tells the start, the output and last the end',
		run: async (wire) => {
			const { completed } = await runOn(wire, { command: 'echo one; exit 3' });
			assert.equal(wire.messages.map(shapeOf), [
				'connected',
				'result started #"run"',
				'process.started',
				'process.output',
				'process.completed',
			]);
			const [, answer, started] = wire.messages;
			const { pid, pgid } = answer?.result ?? {};
			assert.type(pid, 'number');
			assert.is(pgid, pid);
			const { execution_id: _, ...state } = started?.params ?? {};
			assert.equal(state, { status: 'started', pid, pgid, exit_code: null, error: null });
			assert.equal([completed.status, completed.exit_code, completed.pid], ['failed', 3, pid]);
		},
	},
	{
		section: '`execute`',
		title: 'gives the line to a shell, whose input is at its end',
		run: async (wire) => {
			const { stdout } = await runOn(wire, { command: 'cat; echo a | tr a b && echo $((1 + 1))' });
			assert.is(stdout, 'b\n2\n');
		},
	},
	{
		section: '`execute`',
		title: 'refuses a second command without execution_id while one runs, also back to back, and takes one afterwards',
		run: async (wire) => {
			wire.send(request(1, 'execute', { command: 'read line; echo "got $line"', stdin: 'x' }));
			wire.send(request(2, 'execute', { command: 'exec sleep 60' }));
			const { error } = await wire.answer(2);
			assert.equal([error?.code, error?.message], [-32602, 'A process is already running']);
			assert.is((await wire.notification('process.completed')).exit_code, 0);
			assert.is((await runOn(wire, { command: 'true' })).completed.exit_code, 0);
		},
	},
	{
		section: '`control`',
		title: 'pauses and resumes, as often as one asks',
		run: async (wire) => {
			wire.send(request(1, 'execute', { command: 'echo ready; exec sleep 60' }));
			await wire.notification('process.output');
			for (const [id, [type, status]] of (
				[
					['PAUSE', 'paused'],
					['PAUSE', 'paused'],
					['RESUME', 'resumed'],
					['RESUME', 'resumed'],
					['CANCEL', 'canceled'],
				] as const
			).entries()) {
				wire.send(request(`c${id}`, 'control', { type, id: 'ignored' }));
				assert.is((await wire.answer(`c${id}`)).result?.status, status);
				const told = await wire.notification(`process.${status}`);
				assert.equal([told.status, told.exit_code, told.error], [status, null, null]);
			}
			const { canceled, signal, exit_code } = await wire.notification('process.completed');
			assert.equal([canceled, signal, exit_code], [true, 'SIGTERM', -15]);
		},
	},
	{
		section: '`control`',
		title: 'ends the client that skips one message, polls, cancels with id 99 and waits for process.completed',
		run: async (wire) => {
			await wire.next();
			wire.send({
				jsonrpc: '2.0',
				id: 1,
				method: 'execute',
				params: { command: 'while :; do echo tick; sleep 0.01; done' },
			});
			while ((await wire.next()).method !== 'process.output');
			wire.send({ jsonrpc: '2.0', id: 99, method: 'control', params: { type: 'CANCEL' } });
			for (;;) {
				const { method, error } = await wire.next();
				assert.is(error, undefined);
				if (method === 'process.completed') break;
			}
		},
	},
	{
		section: '`control`',
		title: 'cancels a paused tree that ignores TERM, and tells whom it had to kill',
		run: async (wire) => {
			wire.send(request(1, 'execute', { command: 'trap "" TERM; sh -c "echo ready; sleep 60; true"; true' }));
			await wire.notification('process.output');
			wire.send(request(2, 'control', { type: 'PAUSE' }));
			await wire.notification('process.paused');
			wire.send(request(3, 'control', { type: 'CANCEL' }));
			const completed = await wire.notification('process.completed');
			assert.equal([completed.canceled, completed.exit_code, completed.signal], [true, -9, 'SIGKILL']);
			assert.ok((completed.leaked as unknown[]).length > 0);
		},
	},
	{
		section: '`control`',
		title: 'is an error where nothing runs, before and after',
		run: async (wire) => {
			wire.send(request(1, 'control', { type: 'PAUSE' }));
			const before = await wire.answer(1);
			assert.equal([before.error?.code, before.error?.message], [-32003, 'No process is running']);
			await runOn(wire, { command: 'true' });
			wire.send(request(2, 'control', { type: 'CANCEL' }));
			assert.is((await wire.answer(2)).error?.code, -32003);
		},
	},
	{
		section: '`hook_status`, `pong`',
		title: 'answers that there are no hooks, and hears a pong without a word',
		run: async (wire) => {
			wire.send({ jsonrpc: '2.0', method: 'pong', params: {} });
			wire.send(request(1, 'hook_status'));
			assert.is((await wire.answer(1)).result?.enabled, false);
			assert.is(wire.messages.length, 2);
		},
	},
	{
		section: '`process.output`',
		title: 'tells both streams in the order they were written, numbered from 0',
		run: async (wire) => {
			const line = (index: number): string => `echo ${index}${index % 2 === 0 ? '' : ' >&2'}; sleep 0.02`;
			await runOn(wire, { command: Array.from({ length: 6 }, (_, index) => line(index)).join('; ') });
			const outputs = wire.messages.filter(({ method }) => method === 'process.output').map(({ params }) => params);
			assert.equal(
				outputs.map((params) => [params?.seq, params?.type, params?.data]),
				Array.from({ length: 6 }, (_, index) => [index, index % 2 === 0 ? 'stdout' : 'stderr', `${index}\n`]),
			);
			for (const params of outputs) assert.is(params?.truncated, false);
		},
	},
	{
		section: '`process.output`',
		title: 'passes NUL, carriage returns, no final newline and a line of 3 MB, and calls nothing truncated',
		run: async (wire) => {
			const command = `printf 'a\\rb\\0c...\\n'; head -c 3000000 /dev/zero | tr '\\0' x; printf end`;
			const { stdout, completed } = await runOn(wire, { command });
			assert.ok(stdout === `a\rb\0c...\n${'x'.repeat(3_000_000)}end`);
			assert.is(completed.sha256, createHash('sha256').update(stdout).digest('hex'));
			assert.is(completed.bytes, stdout.length);
		},
	},
	{
		section: '`process.output`',
		title: 'keeps characters whole that were written in parts, and raw bytes that are no text',
		run: async (wire) => {
			const command = `printf 'a\\303'; sleep 0.05; printf '\\244\\n'; sleep 0.05; printf '\\377\\376z'`;
			const { completed } = await runOn(wire, { command });
			const expected = Buffer.from([0x61, 0xc3, 0xa4, 0x0a, 0xff, 0xfe, 0x7a]);
			assert.equal(outputOf(wire, 'stdout'), expected);
			assert.is(completed.sha256, createHash('sha256').update(expected).digest('hex'));
		},
	},
	...(
		[
			['exit 0', 'completed', 0, null],
			['exit 255', 'failed', 255, null],
			['no-such-program-at-all', 'failed', 127, null],
			['kill -9 $$', 'failed', -9, 'SIGKILL'],
		] as const
	).map(
		([command, status, code, signal]) =>
			({
				section: '`process.completed`',
				title: `tells ${status}, ${code} and ${signal} of \`${command}\``,
				run: async (wire) => {
					const { completed } = await runOn(wire, { command });
					assert.equal([completed.status, completed.exit_code, completed.signal], [status, code, signal]);
					assert.equal([completed.canceled, completed.dropped_bytes, completed.leaked], [false, 0, []]);
					assert.ok(Number(completed.duration_ms) >= 0);
				},
			}) satisfies ConformanceRow,
	),
	{
		section: 'The end of an execution',
		title: 'waits for no daemon that holds the streams: it ends and names it',
		run: async (wire) => {
			const { completed } = await runOn(wire, { command: 'sleep 60 & echo done' });
			assert.is(completed.exit_code, 0);
			assert.is((completed.leaked as unknown[]).length, 1);
		},
	},
	...(
		[
			['garbage', 'nonsense', -32700, null],
			['an empty message', '', -32700, null],
			['JSON deeper than 64', '['.repeat(100_000), -32700, null],
			['a number', '7', -32600, null],
			['null', 'null', -32600, null],
			['an object without anything', '{}', -32600, null],
			['an id that is an object', '{"id":{"a":1},"method":"execute"}', -32600, null],
			['an empty batch', '[]', -32600, null],
			['an unknown method', '{"id":5,"method":"nope"}', -32601, 5],
			['execute without params', '{"id":5,"method":"execute"}', -32602, 5],
			['params that are a list', '{"id":5,"method":"execute","params":[]}', -32602, 5],
			['a command that is a number', '{"id":5,"method":"execute","params":{"command":1}}', -32602, 5],
			['a control that is none', '{"id":5,"method":"control","params":{"type":"pause"}}', -32602, 5],
			['a blank command', '{"id":5,"method":"execute","params":{"command":" \\t"}}', -32002, 5],
			['a missing folder', '{"id":5,"method":"execute","params":{"command":"ls","cwd":"/no/such"}}', -32004, 5],
		] as const
	).map(
		([what, text, code, id]) =>
			({
				section: 'Errors',
				title: `answers ${code} to ${what}, and serves on`,
				run: async (wire) => {
					wire.send(text);
					const { error, id: got } = await wire.next((message) => message.error !== undefined);
					assert.is(error?.code, code);
					assert.is(got, id);
					assert.type(error?.message, 'string');
					assert.ok('data' in (error ?? {}));
					wire.send(request('after', 'hook_status'));
					await wire.answer('after');
				},
			}) satisfies ConformanceRow,
	),
	{
		section: 'Errors',
		title: 'answers -32600 to a binary message, and serves on',
		run: async (wire) => {
			wire.socket.send(Buffer.from([1, 0, 255]));
			assert.is((await wire.answer(null)).error?.code, -32600);
			assert.is((await runOn(wire, { command: 'true' })).completed.exit_code, 0);
		},
	},
	{
		section: 'Errors',
		title: 'names the parameter that is wrong',
		run: async (wire) => {
			wire.send(request(1, 'execute', { command: 'true', env: { A: 1 } }));
			const { error } = await wire.answer(1);
			assert.is(error?.code, -32602);
			assert.is(error?.data?.path, 'env.A');
		},
	},
	{
		section: '`execute`',
		title: 'gives folder, environment, input, shell and marker to the command',
		run: async (wire) => {
			const { stdout, completed } = await runOn(wire, {
				command: 'pwd -P; echo "$PLACE $VERIFY_MARKER $VERIFY_EXECUTION_ID"; cat',
				cwd: tmpdir(),
				env: { PLACE: 'here' },
				stdin: 'the input',
				shell: '/bin/sh',
				marker: 'MARKER_x',
				execution_id: wire.name('given'),
			});
			assert.match(stdout, new RegExp(`\nhere MARKER_x ${wire.name('given')}\nthe input$`));
			assert.is(completed.marker, 'MARKER_x');
		},
	},
	{
		section: '`execute`',
		title: 'runs several at once by their ids, and ends them one by one',
		run: async (wire) => {
			const names = ['a', 'b', 'c'].map((name) => wire.name(name));
			for (const name of names) {
				wire.send(request(name, 'execute', { command: 'echo ready; exec sleep 60', execution_id: name }));
				assert.is((await wire.answer(name)).result?.execution_id, name);
			}
			for (const name of names.toReversed()) {
				wire.send(request(`stop ${name}`, 'control', { type: 'CANCEL', execution_id: name }));
				assert.is((await completedOf(wire, name)).canceled, true);
			}
		},
	},
];
