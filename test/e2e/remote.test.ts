import { type AddressInfo, createServer, type Server } from 'node:net';
import * as assert from 'uvu/assert';
import { WebSocketServer } from 'ws';
import { startLyingExecutor } from '../helpers/lying-executor.ts';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type RunningCli, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;
let server: RunningCli;
let url = '';

describe('verify --executor', ({ test, before, after }) => {
	before(async () => {
		sandbox = createSandbox();
		server = sandbox.start(['serve', '--port', '0']);
		await server.sees('executor listens on');
		url = /ws:\/\/[^\s]+/.exec(server.printed())?.[0] ?? '';
	});
	after(async () => {
		server.child.kill('SIGTERM');
		await server.finished;
		assert.equal(await sandbox.leftoversAtLast(), []);
		sandbox.remove();
	});

	test('runs, proves and counts on a server as it does embedded', async () => {
		sandbox.write(
			'a.md',
			promptText([
				{ command: 'echo one', more: ['**Expected**: `one`'] },
				{ command: 'pwd', more: [`**Expected**: \`${sandbox.folder}\``] },
			]),
		);
		const { code, stdout } = await sandbox.verify('a.md', '--executor', url);
		assert.is(code, 0, stdout);
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
		assert.is(sandbox.record().executor.url, url);
		assert.is(sandbox.record().prompts[0]?.steps[0]?.attempts[0]?.evidence, 'bound');
	});

	test('ends what runs when it is interrupted', async () => {
		sandbox.write('a.md', promptText([{ command: 'echo up; sleep 62' }]));
		const run = sandbox.start(['a.md', '--executor', url, '--json']);
		await run.sees('step-started');
		run.child.kill('SIGINT');
		assert.is((await run.finished).code, 130);
		assert.is(sandbox.leftovers().filter((line) => line.includes('sleep 62')).length, 0);
	});

	test('calls it infra, counts nothing and says so, when the executor is lost', async () => {
		const own = sandbox.start(['serve', '--port', '0']);
		await own.sees('executor listens on');
		const ownUrl = /ws:\/\/[^\s]+/.exec(own.printed())?.[0] ?? '';
		sandbox.write('a.md', promptText([{ command: 'sleep 63' }]));
		const run = sandbox.start(['a.md', '--executor', ownUrl, '--json']);
		await run.sees('step-started');
		own.child.kill('SIGKILL');
		const { code, stderr } = await run.finished;
		assert.is(code, 3, stderr);
		assert.match(stderr, /INFRA .*executor-lost/);
		assert.match(stderr, "not the prompt's fault");
		assert.is(countsIn(sandbox.read('a.md')), '0:0');
		await own.finished;
	});

	test('says what is wrong with a wrong path', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		const { code, stderr } = await sandbox.verify('a.md', '--executor', url.replace('/ws/mcp', '/nowhere'));
		assert.is(code, 3);
		assert.match(stderr, /403|404/);
		assert.match(stderr, '[EXECUTOR_UNREACHABLE]');
	});

	test('says that something else answers there', async () => {
		const closers: (() => void)[] = [];
		const plain: Server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'));
		await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
		closers.push(() => plain.close());
		const chatty = new WebSocketServer({ port: 0, host: '127.0.0.1' });
		await new Promise((resolve) => chatty.once('listening', resolve));
		chatty.on('connection', (socket) => socket.send('what?'));
		closers.push(() => chatty.close());
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		for (const address of [plain.address(), chatty.address()]) {
			const { code, stderr } = await sandbox.verify(
				'a.md',
				'--executor',
				`ws://127.0.0.1:${(address as AddressInfo).port}/ws/mcp`,
			);
			assert.is(code, 3, stderr);
			assert.match(stderr, /\[EXECUTOR_(UNREACHABLE|NONSENSE)\]/);
		}
		for (const close of closers) close();
		assert.is(countsIn(sandbox.read('a.md')), '0:0');
	});

	test('runs no step on an executor that calls every end a success', async () => {
		const liar = new WebSocketServer({ port: 0, host: '127.0.0.1' });
		await new Promise((resolve) => liar.once('listening', resolve));
		liar.on('connection', (socket) => {
			const tell = (method: string, params: object): void =>
				socket.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
			tell('connected', { session_id: 's', version: '1.0.0', capabilities: ['execute', 'control', 'stream'] });
			socket.on('message', (data) => {
				const { id } = JSON.parse(String(data)) as { id: number };
				socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { status: 'started', pid: 1, pgid: 1 } }));
				tell('process.started', { status: 'started', pid: 1, pgid: 1, exit_code: null, error: null });
				tell('process.output', { type: 'stdout', data: 'all good\n', truncated: false });
				tell('process.completed', { status: 'completed', pid: 1, pgid: 1, exit_code: 0, error: null });
			});
		});
		sandbox.write('a.md', promptText([{ command: 'echo all good', more: ['**Expected**: `all good`'] }]));
		const { code, stdout, stderr } = await sandbox.verify(
			'a.md',
			'--executor',
			`ws://127.0.0.1:${(liar.address() as AddressInfo).port}/ws/mcp`,
		);
		for (const socket of liar.clients) socket.terminate();
		liar.close();
		assert.is(code, 3, stdout);
		assert.is(stdout, '');
		assert.match(stderr, 'exit code 0 instead of exit code 19 [CONTROL_FAILED]');
		assert.match(stderr, 'next: See what is wrong with it: verify doctor');
		assert.is(countsIn(sandbox.read('a.md')), '0:0');
	});

	test('does not believe an executor that was honest at first, and then claims a pass without its bracket', async () => {
		let ends = 0;
		const liar = await startLyingExecutor(url, {
			tell: (message) => {
				if (message.method !== 'process.completed') return message;
				ends += 1;
				return ends === 1 ? message : { ...message, params: { ...message.params, marker: 'MARKER_other' } };
			},
		});
		sandbox.write('a.md', promptText([{ command: 'echo all good', more: ['**Expected**: `all good`'] }]));
		const { code, stdout } = await sandbox.verify('a.md', '--executor', liar.url);
		await liar.close();
		assert.is(code, 4, stdout);
		assert.match(stdout, /^UNPROVEN {2}a\.md:\d+/m);
		assert.is(countsIn(sandbox.read('a.md')), '0:0');
	});

	test('runs on where a policy refuses the quick check, and says that it could not be checked', async () => {
		sandbox.write('policy.json', JSON.stringify({ deny: ['printf'] }));
		const own = sandbox.start(['serve', '--port', '0', '--policy', 'policy.json']);
		await own.sees('executor listens on');
		const ownUrl = /ws:\/\/[^\s]+/.exec(own.printed())?.[0] ?? '';
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		const { code, stderr } = await sandbox.verify('a.md', '--executor', ownUrl);
		own.child.kill('SIGTERM');
		await own.finished;
		assert.is(code, 0, stderr);
		assert.match(stderr, 'could not be checked before the run');
	});
});
