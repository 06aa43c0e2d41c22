import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import * as assert from 'uvu/assert';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Attestation } from '../../src/core/attestation.ts';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { ofKind, readLedger } from '../helpers/ledger-file.ts';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type RunningCli, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;
let server: RunningCli;
let url = '';

/** The end of an execution as it stands on the wire. */
interface Completed {
	method: string;
	params: { attestation?: Attestation };
}

/** A stranger on the wire who changes what is told of every end; what is asked and printed passes untouched. */
async function startForger(target: string, forge: (completed: Completed) => void) {
	const relay = new WebSocketServer({ port: 0, host: '127.0.0.1' });
	await new Promise((resolve) => relay.once('listening', resolve));
	relay.on('connection', (client) => {
		const executor = new WebSocket(target);
		const waiting: [RawData, boolean][] = [];
		client.on('message', (data, isBinary) => {
			if (executor.readyState === WebSocket.OPEN) executor.send(data, { binary: isBinary });
			else waiting.push([data, isBinary]);
		});
		executor.on('open', () => {
			for (const [data, isBinary] of waiting) executor.send(data, { binary: isBinary });
		});
		executor.on('message', (data, isBinary) =>
			client.send(isBinary ? data : rewrite(String(data), forge), { binary: isBinary }),
		);
		client.on('close', () => executor.close());
		executor.on('close', () => client.close());
	});
	return {
		url: `ws://127.0.0.1:${(relay.address() as AddressInfo).port}/ws/mcp`,
		close: () => new Promise((resolve) => relay.close(resolve)),
	};
}

function rewrite(text: string, forge: (completed: Completed) => void): string {
	const message = JSON.parse(text) as Completed;
	// A sly one is honest until it is about a step.
	if (message.method !== 'process.completed' || message.params.attestation?.statement.subject == null) return text;
	forge(message);
	return JSON.stringify(message);
}

const attempt = () => sandbox.record().prompts[0]?.steps[0]?.attempts[0];
const failedCheck = (): string | undefined => attempt()?.evidenceChecks.find(({ isOk }) => !isOk)?.name;

describe('evidence signed', ({ test, before, after, beforeEach }) => {
	before(async () => {
		sandbox = createSandbox();
		server = sandbox.start(['serve', '--port', '0', '--key', 'server.key']);
		await server.sees('executor listens on');
		url = /ws:\/\/[^\s]+/.exec(server.printed())?.[0] ?? '';
	});
	after(async () => {
		server.child.kill('SIGTERM');
		await server.finished;
		sandbox.remove();
	});
	beforeEach(() => sandbox.write('a.md', promptText([{ command: 'echo one', more: ['**Expected**: `one`'] }])));

	test('is reached by the embedded executor, with one key for all runs of a user', async () => {
		for (const _ of [1, 2]) {
			const { code, stderr } = await sandbox.verify('a.md');
			assert.is(code, 0, stderr);
			assert.match(stderr, 'executor embedded, evidence signed');
			assert.is(attempt()?.evidence, 'signed');
		}
		const keys = ofKind(readLedger(sandbox, 'a.md'), 'result').map(({ attestation }) => attestation?.public_key);
		assert.is(new Set(keys).size, 1);
	});

	test('is reached by a remote executor with a key, and needed of it', async () => {
		const { code, stdout, stderr } = await sandbox.verify('a.md', '--executor', url);
		assert.is(code, 0, stdout);
		assert.match(stderr, 'evidence signed');
		assert.is(attempt()?.evidence, 'signed');
		assert.is(sandbox.record().evidenceNeeded, 'signed');
	});

	test('is not to be had of an executor without a key, which is no pass where it is asked for', async () => {
		const plain = sandbox.start(['serve', '--port', '0']);
		await plain.sees('executor listens on');
		const plainUrl = /ws:\/\/[^\s]+/.exec(plain.printed())?.[0] ?? '';
		assert.is((await sandbox.verify('a.md', '--executor', plainUrl)).code, 0);
		assert.is(sandbox.record().evidenceNeeded, 'bound');
		const { code, stdout } = await sandbox.verify('a.md', '--executor', plainUrl, '--evidence', 'signed');
		assert.is(code, 4, stdout);
		assert.match(stdout, 'Evidence is bound, needed is signed: the executor signs nothing');
		assert.is(attempt()?.reason, 'no-signature');
		plain.child.kill('SIGTERM');
		await plain.finished;
	});

	const stranger = createNodeSigner(generateKeyPairSync('ed25519').privateKey);
	const cases: readonly (readonly [string, (completed: Completed) => void, string, string])[] = [
		['that was cut off', ({ params }) => delete params.attestation, 'no-signature', 'end is signed'],
		[
			'of another key',
			({ params }) => Object.assign(params.attestation ?? {}, { public_key: stranger.publicKey() }),
			'bad-signature',
			'key is the same',
		],
		[
			'over something else',
			({ params }) => Object.assign(params.attestation ?? {}, { signature: stranger.sign('something else') }),
			'bad-signature',
			'signature is right',
		],
		[
			'over a statement that was changed',
			({ params }) => Object.assign(params.attestation?.statement ?? {}, { exit_code: 0, bytes: 5 }),
			'bad-signature',
			'signature is right',
		],
	];
	for (const [title, forge, reason, check] of cases) {
		test(`is refused to a signature ${title}: unproven, nothing counted`, async () => {
			const forger = await startForger(url, forge);
			const counts = countsIn(sandbox.read('a.md'));
			const { code, stdout } = await sandbox.verify('a.md', '--executor', forger.url);
			assert.is(code, 4, stdout);
			assert.match(stdout, `${check}: `);
			assert.equal([attempt()?.outcome, attempt()?.reason, failedCheck()], ['unproven', reason, check]);
			assert.is(countsIn(sandbox.read('a.md')), counts);
			const result = ofKind(readLedger(sandbox, 'a.md'), 'result').at(-1);
			assert.equal([result?.evidence, result?.evidence_needed, result?.attestation], ['bound', 'signed', null]);
			await forger.close();
		});
	}

	test('is refused to a signature that was right for an earlier execution', async () => {
		let earlier: Attestation | undefined;
		const forger = await startForger(url, ({ params }) => {
			const present = params.attestation;
			if (earlier) params.attestation = earlier;
			earlier ??= present;
		});
		assert.is((await sandbox.verify('a.md', '--executor', forger.url)).code, 0);
		assert.is((await sandbox.verify('a.md', '--executor', forger.url)).code, 4);
		assert.equal([attempt()?.reason, failedCheck()], ['attestation-mismatch', 'signed execution is the same']);
		await forger.close();
	});

	test('counts only with a key of the team where it keeps a list', async () => {
		sandbox.write('.ledger/keys.json', JSON.stringify({ keys: [{ key: 'x'.repeat(43), name: 'somebody' }] }));
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 4, stdout);
		assert.equal([attempt()?.reason, failedCheck()], ['unknown-key', 'key is on the list of trusted keys']);
		const key = ofKind(readLedger(sandbox, 'a.md'), 'result')[0]?.attestation?.public_key;
		sandbox.write('.ledger/keys.json', JSON.stringify({ keys: [{ key, name: 'me' }] }));
		assert.is((await sandbox.verify('a.md')).code, 0);
		sandbox.write('.ledger/keys.json', JSON.stringify({ keys: [{ key, name: 'me', notAfter: '2001-01-01' }] }));
		assert.is((await sandbox.verify('a.md')).code, 4);
		assert.is(attempt()?.reason, 'stale-key');
	});

	test('is reached with a passing key and a warning where none can be kept', async () => {
		sandbox.write('state', 'a file where a folder belongs');
		sandbox.write('b/a.md', promptText([{ command: 'true' }]));
		const run = sandbox.start(['b/a.md'], { XDG_STATE_HOME: sandbox.path('state') });
		const { code, stderr } = await run.finished;
		assert.is(code, 0, stderr);
		assert.match(stderr, /warning: Cannot .* the key .*; this run is signed with a key that nobody will know later/);
		assert.is(attempt()?.evidence, 'signed');
	});
});
