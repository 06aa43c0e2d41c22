import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

describe('verify attest', ({ test, beforeEach, afterEach }) => {
	let sandbox: Sandbox;
	beforeEach(() => {
		sandbox = createSandbox({
			'a.md': promptText([{ command: 'echo one', more: ['**Expected**: `one`'] }, { command: 'exit 0' }]),
			'b.md': promptText([{ command: 'true', name: 'Grüße' }]),
		});
		const { privateKey, publicKey } = generateKeyPairSync('ed25519');
		sandbox.write('signing.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
		sandbox.write('signing.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
	});
	afterEach(() => sandbox.remove());

	const verifyCli = async (...args: string[]) =>
		sandbox.start(args, { XDG_STATE_HOME: sandbox.path('state') }).finished;
	const makePrivate = async (): Promise<void> =>
		(await import('node:fs')).chmodSync(sandbox.path('signing.key'), 0o600);

	test('writes plain statements about the newest run', async () => {
		assert.is((await verifyCli('a.md', 'b.md')).code, 0);
		const { code, stdout, stderr } = await verifyCli('attest');
		assert.is(code, 0, stderr);
		const [result, steps] = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		assert.is(result.predicate.result, 'PASSED');
		assert.equal(result.predicate.passedTests.length, 3);
		assert.is(steps.predicate.run, sandbox.record().run);
		assert.equal(result.subject.map(({ name }: { name: string }) => name).sort(), ['a.md', 'b.md']);
	});

	test('signs what an independent implementation verifies, and verifies it itself with the counts written since', async () => {
		await makePrivate();
		assert.is((await verifyCli('a.md', 'b.md')).code, 0);
		const signed = await verifyCli(
			'attest',
			sandbox.record().run,
			'--key',
			'signing.key',
			'--output',
			'run.intoto.jsonl',
		);
		assert.is(signed.code, 0, signed.stderr);
		const publicKey = createPublicKey(sandbox.read('signing.pub'));
		for (const line of sandbox.read('run.intoto.jsonl').trim().split('\n')) {
			const { payloadType, payload, signatures } = JSON.parse(line);
			const body = Buffer.from(payload, 'base64');
			const pae = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]);
			assert.ok(verify(null, pae, publicKey, Buffer.from(signatures[0].sig, 'base64')));
		}
		const checked = await verifyCli('attest', '--verify', 'run.intoto.jsonl', '--public-key', 'signing.pub');
		assert.is(checked.code, 0, checked.stdout);
		assert.match(checked.stdout, 'as the run left it with its counts');
		assert.match(checked.stderr, 'attestation verified');
	});

	test('exits 6 and names the prompt that was changed since, or the signature of another', async () => {
		await makePrivate();
		assert.is((await verifyCli('a.md', 'b.md')).code, 0);
		assert.is((await verifyCli('attest', '--key', 'signing.key', '-o', 'run.intoto.jsonl')).code, 0);
		const other = createPublicKey(generateKeyPairSync('ed25519').privateKey).export({ format: 'jwk' }).x ?? '';
		const stranger = await verifyCli('attest', '--verify', 'run.intoto.jsonl', `--public-key=${other}`);
		assert.is(stranger.code, 6);
		assert.match(stranger.stdout, /^FAIL .* signature {2}no signature of /m);
		sandbox.write('b.md', sandbox.read('b.md').replace('`true`', '`exit 0`'));
		const changed = await verifyCli('attest', '--verify', 'run.intoto.jsonl', '--public-key', 'signing.pub', '--json');
		assert.is(changed.code, 6);
		const { checks } = JSON.parse(changed.stdout);
		assert.equal(
			[...new Set(checks.flatMap(({ name, answer }: Record<string, string>) => (answer === 'wrong' ? [name] : [])))],
			['b.md'],
		);
		assert.match(changed.stdout, 'it was changed since, also step 1: sha256');
		const unchecked = await verifyCli('attest', '--verify', 'run.intoto.jsonl');
		assert.match(unchecked.stdout, 'not checked: give --public-key');
	});

	test('attests a failure as one', async () => {
		sandbox.write('a.md', promptText([{ command: 'exit 1' }]));
		assert.is((await verifyCli('a.md')).code, 1);
		const [line = ''] = (await verifyCli('attest')).stdout.split('\n');
		assert.is(JSON.parse(line).predicate.result, 'FAILED');
	});

	test('says what is wrong: no run, no record, no key, a key that it does not make', async () => {
		const none = await verifyCli('attest');
		assert.is(none.code, 2);
		assert.match(none.stderr, '[FILE_MISSING]');
		sandbox.write('run.json', '{"schemaVersion":2,"run":"x","prompts":[]}');
		assert.match(
			(await verifyCli('attest', 'run.json')).stderr,
			'its version is 2, this program knows 1 [REPORT_INVALID]',
		);
		sandbox.write('run.json', '{}');
		assert.match((await verifyCli('attest', 'run.json')).stderr, 'it is no record of a run [REPORT_INVALID]');
		assert.is((await verifyCli('a.md')).code, 0);
		assert.match((await verifyCli('attest', '--key', 'missing.key')).stderr, '[FILE_MISSING]');
		assert.match(
			(await verifyCli('attest', '--verify', 'a.md', '--public-key', 'a.md')).stderr,
			'neither a key in PEM',
		);
	});
});
