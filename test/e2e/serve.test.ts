import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { connect } from 'node:tls';
import * as assert from 'uvu/assert';
import { WebSocket } from 'ws';
import { until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type RunningCli, type Sandbox } from '../helpers/verify-cli.ts';
import { connectRaw, type RawWire, request } from '../helpers/wire.ts';

const TOKEN = 'correct-horse-battery-staple';

let sandbox: Sandbox;
const running: RunningCli[] = [];

/** Starts a server on a free port and gives its URL. */
async function serve(args: readonly string[], env: Record<string, string> = {}) {
	const server = sandbox.start(['serve', '--port', '0', '--grace', '300ms', ...args], env);
	running.push(server);
	await server.sees('executor listens on');
	const url = /wss?:\/\/[^\s"]+/.exec(server.printed())?.[0] ?? '';
	return { ...server, url, http: url.replace(/^ws/, 'http').replace(/\/ws\/mcp$/, '') };
}

/** What the handshake is answered with: 101, or why not. */
async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
	const socket = new WebSocket(url, { headers, rejectUnauthorized: false });
	socket.on('error', () => {});
	return new Promise((resolve) => {
		socket.once('open', () => {
			socket.terminate();
			resolve(101);
		});
		socket.once('unexpected-response', (_request, response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		});
	});
}

async function execute(wire: RawWire, command: string, more: object = {}) {
	const id = Math.random();
	wire.send(request(id, 'execute', { command, ...more }));
	return wire.answer(id);
}

async function outputOf(url: string, command: string, more: object = {}): Promise<string> {
	const wire = await connectRaw(url);
	const { error } = await execute(wire, command, more);
	if (!error) await wire.notification('process.completed');
	await wire.close();
	if (error) return `${error.code} ${error.message}`;
	return wire.messages.map(({ params }) => params?.data ?? '').join('');
}

const hasBwrap = spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-net', 'true']).status === 0;

describe('verify serve', ({ test, skip, before, after }) => {
	const testSandboxed: typeof test = hasBwrap
		? test
		: (title) => skip(title, 'bubblewrap is not installed, or may not be used here');

	before(() => {
		sandbox = createSandbox({
			token: `${TOKEN}\n`,
			'policy.json': '{ "allow": ["ls", "sleep"] }',
			'bad-policy.json': '{ "alow": [] }',
		});
	});
	after(async () => {
		for (const { child, finished } of running) {
			child.kill('SIGKILL');
			await finished;
		}
		await until(() => sandbox.leftovers().length === 0, 'nothing is left of the servers');
		sandbox.remove();
	});

	test('refuses to start where that would be a mistake', async () => {
		for (const [args, complaint] of [
			[['--host', '0.0.0.0'], /Cannot listen on 0\.0\.0\.0 without a token/],
			[['--host', '::'], /without a token/],
			[['--token-file', 'policy.json'], /Cannot use the token of policy\.json/],
			[['--token-file', 'missing'], /Cannot read missing/],
			[['--tls-cert', 'token'], /half an identity/],
			[['--tls-cert', 'token', '--tls-key', 'token'], /Cannot use the TLS certificate/],
			[['--policy', 'bad-policy.json'], /bad-policy\.json: alow/],
			[['--root', 'nowhere'], /no such folder/],
			[['--port', '70000', '--memory', 'much'], /--port: .*\n.*--memory/],
			[['--key', 'token'], /others may read it/],
		] as const) {
			const { code, stderr } = await sandbox.verify('serve', '--port', '0', ...args);
			assert.match(stderr, complaint);
			assert.ok(code === 2 || code === 3, `${args.join(' ')}: ${code}`);
			assert.not.match(stderr, TOKEN);
		}
	});

	test('lets nobody in without the token, and tells it nowhere', async () => {
		const server = await serve(['--host', '0.0.0.0', '--token-file', 'token', '--audit', 'audit-token.jsonl']);
		const url = server.url.replace('0.0.0.0', '127.0.0.1');
		const http = server.http.replace('0.0.0.0', '127.0.0.1');
		assert.match(server.printed(), 'Without TLS');
		const bearer = { authorization: `Bearer ${TOKEN}` };
		assert.is(await statusOf(url), 401);
		assert.is(await statusOf(url, { authorization: `Bearer ${TOKEN}x` }), 401);
		assert.is(await statusOf(url, { authorization: `Basic ${TOKEN}` }), 401);
		assert.is(await statusOf(`${url}?token=${TOKEN}`), 401);
		assert.is(await statusOf(url, { ...bearer, origin: 'https://example.org' }), 403);
		assert.is(await statusOf(url, bearer), 101);
		assert.is((await fetch(`${http}/metrics`)).status, 401);
		assert.is((await fetch(`${http}/metrics`, { headers: bearer })).status, 200);
		assert.is((await fetch(`${http}/health`)).status, 200);
		const wire = await connectRaw(url, bearer);
		await execute(wire, `echo "[$VERIFY_TOKEN][$MY_SECRET]"`, { execution_id: TOKEN });
		assert.is((await wire.notification('process.output')).data, '[][]\n');
		await wire.notification('process.completed');
		await wire.close();
		assert.not.match(server.printed(), TOKEN);
		assert.not.match(sandbox.read('audit-token.jsonl'), TOKEN);
		assert.match(sandbox.read('audit-token.jsonl'), /"turned-away".*demands its token/);
	});

	test('takes the token from the environment, and keeps it and other secrets from commands', async () => {
		const { url } = await serve([], { VERIFY_TOKEN: TOKEN, MY_SECRET: 'hush', HARMLESS: 'seen' });
		const wire = await connectRaw(url, { authorization: `Bearer ${TOKEN}` });
		await execute(wire, `echo "[$VERIFY_TOKEN][$MY_SECRET][$HARMLESS]"`);
		assert.is((await wire.notification('process.output')).data, '[][][seen]\n');
		await wire.close();
	});

	test('speaks TLS', async () => {
		const files = ['-keyout', sandbox.path('key.pem'), '-out', sandbox.path('cert.pem')];
		execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', ...files], {
			stdio: 'ignore',
		});
		const { url } = await serve(['--tls-cert', 'cert.pem', '--tls-key', 'key.pem']);
		assert.match(url, /^wss:/);
		assert.is(await statusOf(url), 101);
		const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false });
		await once(socket, 'secureConnect');
		assert.match(socket.getProtocol() ?? '', /^TLSv1\.[23]$/);
		socket.destroy();
	});

	test('runs what the policy allows, and tells why it refuses', async () => {
		const { url } = await serve(['--policy', 'policy.json', '--root', '.', '--audit', 'audit.jsonl']);
		assert.is(await outputOf(url, 'ls token | ls token'), 'token\n');
		assert.is(await outputOf(url, 'ls; rm token'), '-32002 rm is not allowed');
		assert.is(await outputOf(url, 'ls', { shell: 'python3' }), '-32002 The shell python3 is not allowed');
		assert.is(await outputOf(url, 'ls', { env: { PATH: '/tmp' } }), '-32002 The variable PATH may not be set');
		assert.is(await outputOf(url, 'ls', { cwd: '/' }), '-32002 Commands may not start in /');
		assert.equal(await statusOf(url), 101);
		const events = sandbox
			.read('audit.jsonl')
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		assert.is(events.filter(({ event }) => event === 'refused').length, 4);
		assert.is(events.find(({ event }) => event === 'ended').exit_code, 0);
		assert.match(events.find(({ event }) => event === 'started').command_sha256, /^[0-9a-f]{64}$/);
	});

	test('honours ALLOWED_COMMANDS, MAX_SESSIONS and LOG_LEVEL of the first executor', async () => {
		const env = { ALLOWED_COMMANDS: 'echo, ls', MAX_SESSIONS: '1', LOG_LEVEL: 'WARNING' };
		const server = sandbox.start(['serve', '--port', '0'], env);
		running.push(server);
		await server.sees('/ws/mcp');
		const url = server.printed().trim();
		assert.match(url, /^ws:\/\/\S+$/);
		assert.is(await outputOf(url, 'echo hi'), 'hi\n');
		assert.is(await outputOf(url, "bash -c 'rm token'"), '-32002 rm is not allowed');
		const wire = await connectRaw(url);
		const other = await connectRaw(url);
		assert.is((await other.next()).error?.message, 'Session limit exceeded');
		await wire.close();
	});

	test('limits what an execution uses, and how often', async () => {
		const { url } = await serve([
			'--open-files',
			'50',
			'--cpu-time',
			'9s',
			'--execution-rate',
			'2',
			'--connection-rate',
			'3',
		]);
		assert.is(await outputOf(url, 'ulimit -n; ulimit -t'), '50\n9\n');
		assert.is(await outputOf(url, 'echo hi'), 'hi\n');
		assert.is(await outputOf(url, 'echo hi'), '-32002 Too many executions a minute');
		assert.is(await statusOf(url), 429);
	});

	test('tells the digest of the command that was asked for, also where it wraps it', async () => {
		const { url } = await serve(['--open-files', '50']);
		const wire = await connectRaw(url);
		await execute(wire, 'true');
		const { command_sha256 } = await wire.notification('process.completed');
		assert.is(command_sha256, 'b5bea41b6c623f7c09f1bf24dcae58ebab3c0cdd90ad966bc43a45b44867e12b');
		await wire.close();
	});

	test('opens the audit log anew on SIGHUP', async () => {
		const server = await serve(['--audit', 'rotated.jsonl']);
		assert.is(await outputOf(server.url, 'true'), '');
		renameSync(sandbox.path('rotated.jsonl'), sandbox.path('rotated.1'));
		server.child.kill('SIGHUP');
		await until(() => {
			try {
				return readFileSync(sandbox.path('rotated.jsonl')).length >= 0;
			} catch {
				return false;
			}
		}, 'the new file');
		await outputOf(server.url, 'true');
		assert.match(sandbox.read('rotated.jsonl'), '"ended"');
	});

	test('drains on SIGTERM: no new work, what runs may end', async () => {
		const server = await serve(['--drain', '20s']);
		const wire = await connectRaw(server.url);
		// Whoever opens the pipe first waits for the other: no moment is too early.
		execFileSync('mkfifo', [sandbox.path('fifo')]);
		await execute(wire, 'cat fifo', { execution_id: 'a' });
		server.child.kill('SIGTERM');
		await server.sees('stopping');
		assert.is((await execute(wire, 'echo late', { execution_id: 'b' })).error?.message, 'The executor is closing');
		execFileSync('sh', ['-c', 'echo bye > fifo'], { cwd: sandbox.folder });
		assert.is((await wire.notification('process.completed')).exit_code, 0);
		const closed = once(wire.socket, 'close');
		assert.is((await server.finished).code, 0);
		assert.is((await closed)[0], 1001);
	});

	test('ends what runs when the drain limit is over, and at once on a second signal', async () => {
		const patient = await serve(['--drain', '200ms']);
		const wire = await connectRaw(patient.url);
		await execute(wire, 'sleep 400.1');
		patient.child.kill('SIGTERM');
		assert.is((await wire.notification('process.completed')).signal, 'SIGTERM');
		assert.is((await patient.finished).code, 0);

		const hasty = await serve(['--drain', '1h']);
		const other = await connectRaw(hasty.url);
		await execute(other, 'sleep 400.2');
		hasty.child.kill('SIGTERM');
		await hasty.sees('stopping');
		hasty.child.kill('SIGTERM');
		assert.is((await hasty.finished).code, 143);
		await until(() => !sandbox.leftovers().some((line) => line.includes('sleep 400')), 'the watchdog ended it');
	});

	testSandboxed('keeps executions in a sandbox, and ends all of it on CANCEL', async () => {
		const { url } = await serve(['--sandbox', 'bwrap', '--root', '.', '--open-files', '60']);
		const written = await outputOf(url, 'echo x > inside && ls inside; echo x > /var/outside || ulimit -n');
		// Two streams: which of them is read first is not told.
		for (const part of [/^inside$/m, /^60$/m, /Read-only file system/]) assert.match(written, part);
		const wire = await connectRaw(url);
		await execute(wire, `setsid sh -c 'trap "" TERM; echo up; while :; do sleep 400.3; done' & wait`);
		await wire.notification('process.output');
		wire.send(request(9, 'control', { type: 'CANCEL' }));
		await wire.notification('process.completed');
		assert.equal(
			sandbox.leftovers().filter((line) => line.includes('400.3')),
			[],
		);
		await wire.close();
	});

	test('signs with a key that it makes once', async () => {
		const keyOf = async (): Promise<unknown> => {
			const server = await serve(['--key', 'signing.pem']);
			const body = (await (await fetch(`${server.http}/health`)).json()) as Record<string, unknown>;
			server.child.kill('SIGTERM');
			await server.finished;
			return body.public_key;
		};
		const first = await keyOf();
		assert.type(first, 'string');
		assert.is(await keyOf(), first);
	});

	test('is unhealthy when the disk has no room or the audit log cannot be written', async () => {
		const full = await serve(['--health-disk', '1000000G']);
		const answer = await fetch(`${full.http}/health`);
		assert.is(answer.status, 503);
		const body = (await answer.json()) as Record<string, unknown>;
		assert.is(body.status, 'unhealthy');
		assert.match(String(body.problems), 'disk of the transcripts is full');
		assert.is((await fetch(`${full.http}/healthz`)).status, 200);

		const mute = await serve(['--audit', '/dev/full']);
		assert.match(await outputOf(mute.url, 'echo hi'), /^-32002 Cannot write the audit log/);
		assert.is((await fetch(`${mute.http}/health`)).status, 503);
	});
});
