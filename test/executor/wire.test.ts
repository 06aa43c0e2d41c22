import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, type RawWire, request, type WireMessage } from '../helpers/wire.ts';

const shapeOf = ({ method, result, error, id }: WireMessage): string =>
	method ?? `${result ? `result ${String(result.status)}` : `error ${error?.code}`} #${JSON.stringify(id)}`;

for (const isTcp of [true, false]) {
	describe(`wire over ${isTcp ? 'TCP' : 'a private socket'}`, ({ test, before, after, beforeEach, afterEach }) => {
		let served: TestExecutor;
		let wire: RawWire;
		before(async () => {
			served = await startExecutor({ isTcp });
		});
		after(() => served.close());
		beforeEach(async () => {
			wire = await connectRaw(served.url);
		});
		afterEach(() => wire.close());

		const isAlive = async (): Promise<void> => {
			wire.send(request('alive', 'hook_status'));
			assert.is((await wire.answer('alive')).result?.enabled, false);
		};

		test('greets first, with session, version and capabilities', async () => {
			const params = await wire.notification('connected');
			assert.match(String(params.session_id), /^[0-9a-f-]{36}$/);
			assert.is(params.version, '1.0.0');
			assert.equal(params.capabilities, [
				...['execute', 'control', 'stream', 'multiplex', 'marker', 'binary'],
				...['limits', 'attach', 'overflow'],
			]);
			assert.is(wire.messages[0]?.jsonrpc, '2.0');
		});

		test('tells an execution in the order of the first executor', async () => {
			wire.send(request(1, 'execute', { command: 'echo one; echo two >&2; exit 3', timeout: null, path: '/ignored' }));
			const completed = await wire.notification('process.completed');
			const shapes = wire.messages.map(shapeOf);
			assert.equal(shapes.slice(0, 3), ['connected', 'result started #1', 'process.started']);
			assert.is(shapes.at(-1), 'process.completed');
			const { pid, pgid } = wire.messages[1]?.result ?? {};
			assert.type(pid, 'number');
			assert.is(pgid, pid);
			const { status, exit_code, error } = completed;
			assert.equal({ status, exit_code, error }, { status: 'failed', exit_code: 3, error: null });
			assert.is(completed.pid, pid);
			const outputs = wire.messages.filter(({ method }) => method === 'process.output').map(({ params }) => params);
			assert.equal(
				outputs.map((params) => [params?.type, params?.data, params?.truncated, params?.seq]),
				[
					['stdout', 'one\n', false, 0],
					['stderr', 'two\n', false, 1],
				],
			);
			assert.is(completed.bytes, 8);
			assert.is(completed.sha256, createHash('sha256').update('one\ntwo\n').digest('hex'));
		});

		for (const id of [0, '', null, 1.5, 'a', -7, '1']) {
			test(`echoes the id ${JSON.stringify(id)} exactly`, async () => {
				wire.send(request(id, 'execute', { command: 'true' }));
				const answer = await wire.next((message) => message.result !== undefined);
				assert.ok('id' in answer);
				assert.is(answer.id, id);
				await wire.notification('process.completed');
			});
		}

		test('answers a request without id, without id', async () => {
			wire.send({ method: 'execute', params: { command: 'true' } });
			const answer = await wire.next((message) => message.result !== undefined);
			assert.not.ok('id' in answer);
			await wire.notification('process.completed');
		});

		const refused: [what: string, text: string, code: number, id: unknown][] = [
			['garbage', 'nonsense', -32700, null],
			['an empty frame', '', -32700, null],
			['JSON that is too deep', '['.repeat(200_000), -32700, null],
			['a string', '"x"', -32600, null],
			['an empty batch', '[]', -32600, null],
			['an object id', '{"id":{"a":1},"method":"execute"}', -32600, null],
			['an unknown method', '{"id":5,"method":"nope"}', -32601, 5],
			['no command', '{"id":5,"method":"execute","params":{}}', -32602, 5],
			['an empty command', '{"id":5,"method":"execute","params":{"command":" \\n"}}', -32002, 5],
			['a control of nothing', '{"id":5,"method":"control","params":{"type":"CANCEL"}}', -32003, 5],
			['a control of nobody', '{"id":5,"method":"control","params":{"type":"PAUSE","execution_id":"x"}}', -32003, 5],
			['a missing folder', '{"id":5,"method":"execute","params":{"command":"ls","cwd":"/missing/folder"}}', -32004, 5],
			['a missing shell', '{"id":5,"method":"execute","params":{"command":"ls","shell":"/missing/sh"}}', -32004, 5],
		];
		for (const [what, text, code, id] of refused) {
			test(`answers ${code} to ${what} and lives on`, async () => {
				wire.send(text);
				const answer = await wire.next(({ error }) => error !== undefined);
				assert.is(answer.error?.code, code);
				assert.is(answer.id, id);
				assert.ok('data' in (answer.error ?? {}));
				await isAlive();
			});
		}

		test('answers -32600 to a binary message and lives on', async () => {
			wire.socket.send(Buffer.from([0, 255, 1]));
			assert.is((await wire.answer(null)).error?.code, -32600);
			await isAlive();
		});

		test('closes with 1009 after a message over the limit', async () => {
			wire.socket.send('x'.repeat(10 * 1024 * 1024 + 1));
			const code = await new Promise((resolve) => wire.socket.once('close', resolve));
			assert.is(code, 1009);
		});

		test('serves a batch, with one array of answers', async () => {
			const batch = [request(1, 'hook_status'), 7, request(2, 'nope'), { method: 'nope' }];
			wire.send(batch);
			const answers = (await wire.next((message) => Array.isArray(message))) as unknown as WireMessage[];
			assert.equal(answers.map(shapeOf), ['result undefined #1', 'error -32600 #null', 'error -32601 #2']);
		});

		test('refuses a second execution without id while one runs, which runs on', async () => {
			wire.send(request(1, 'execute', { command: 'read line; echo "got $line"', stdin: 'x' }));
			wire.send(request(2, 'execute', { command: 'sleep 9' }));
			const first = await wire.answer(1);
			const second = await wire.answer(2);
			assert.is(first.result?.status, 'started');
			assert.is(second.error?.code, -32602);
			assert.is(second.error?.message, 'A process is already running');
			assert.is((await wire.notification('process.completed')).exit_code, 0);
			wire.send(request(3, 'execute', { command: 'true' }));
			assert.is((await wire.answer(3)).result?.status, 'started');
			await wire.notification('process.completed');
		});

		test('runs several at once by their ids, and none twice', async () => {
			for (const name of ['a', 'b']) {
				wire.send(
					request(name, 'execute', { command: `echo ${name}; exec sleep 30`, execution_id: `${isTcp}-${name}` }),
				);
				assert.is((await wire.answer(name)).result?.execution_id, `${isTcp}-${name}`);
			}
			wire.send(request('again', 'execute', { command: 'true', execution_id: `${isTcp}-a` }));
			assert.is((await wire.answer('again')).error?.code, -32602);
			for (const name of ['b', 'a']) {
				wire.send(request(`stop ${name}`, 'control', { type: 'CANCEL', execution_id: `${isTcp}-${name}` }));
				assert.is((await wire.answer(`stop ${name}`)).result?.status, 'canceled');
				const completed = await wire.notification('process.completed');
				assert.is(completed.execution_id, `${isTcp}-${name}`);
				assert.is(completed.exit_code, -15);
				assert.is(completed.signal, 'SIGTERM');
			}
			wire.send(request('ended', 'execute', { command: 'true', execution_id: `${isTcp}-a` }));
			assert.is((await wire.answer('ended')).error?.code, -32602);
		});

		test('hands marker, execution id, env, cwd and stdin to the command', async () => {
			const command = 'echo "$VERIFY_MARKER $VERIFY_EXECUTION_ID $A $(pwd)"; cat';
			const params = {
				command,
				execution_id: `x ${isTcp}`,
				marker: 'MARKER_1',
				env: { A: 'b c' },
				cwd: '/',
				stdin: 'in',
			};
			wire.send(request(1, 'execute', params));
			const completed = await wire.notification('process.completed');
			assert.is(completed.marker, 'MARKER_1');
			const text = wire.messages
				.map(({ method, params }) => (method === 'process.output' ? params?.data : ''))
				.join('');
			assert.is(text, `MARKER_1 x ${isTcp} b c /\nin`);
		});

		test('pauses and resumes', async () => {
			wire.send(request(1, 'execute', { command: 'while :; do echo tick; sleep 0.01; done' }));
			await wire.notification('process.output');
			wire.send(request(2, 'control', { type: 'PAUSE' }));
			assert.equal(shapeOf(await wire.answer(2)), 'result paused #2');
			await wire.notification('process.paused');
			const before = wire.messages.length;
			// There is no event for "nothing comes": a window of many ticks stands for it.
			await sleep(80);
			assert.is(wire.messages.length, before);
			wire.send(request(4, 'control', { type: 'RESUME' }));
			assert.is((await wire.answer(4)).result?.status, 'resumed');
			await wire.notification('process.resumed');
			await wire.notification('process.output');
			wire.send(request(5, 'control', { type: 'CANCEL' }));
			await wire.notification('process.canceled');
			await wire.notification('process.completed');
		});

		test('ends the orchestration client of old: skip one message, poll, cancel with id 99, wait for completed', async () => {
			await wire.next();
			wire.send(request(1, 'execute', { command: 'echo working; trap "" TERM; sleep 30' }));
			for (;;) {
				const message = await wire.next();
				if (message.method === 'process.output' && String(message.params?.data).includes('working')) break;
			}
			wire.send(request(99, 'control', { type: 'CANCEL' }));
			const rest: string[] = [];
			for (let message = await wire.next(); ; message = await wire.next()) {
				rest.push(shapeOf(message));
				if (message.method === 'process.completed') break;
			}
			assert.equal(rest, ['result canceled #99', 'process.canceled', 'process.completed']);
		});

		test('serves requests while a command prints without end', async () => {
			wire.send(request(1, 'execute', { command: 'yes' }));
			await wire.notification('process.output');
			await isAlive();
			wire.send(request(2, 'control', { type: 'CANCEL' }));
			await wire.notification('process.completed');
		});
	});
}
