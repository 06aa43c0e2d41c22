import { createHash, createPublicKey, verify } from 'node:crypto';
import * as assert from 'uvu/assert';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { startExecutor } from '../helpers/executor.ts';
import { describe } from '../helpers/suite.ts';
import { connectRaw, request } from '../helpers/wire.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('attestation', ({ test }) => {
	test('is announced, and signs every end with the key of connected and /health', async () => {
		const served = await startExecutor({ signer: createNodeSigner(), isTcp: true });
		const wire = await connectRaw(served.url);
		const { capabilities, public_key } = await wire.notification('connected');
		assert.ok((capabilities as string[]).includes('attestation'));
		const health = await fetch(served.url.replace(/^ws/, 'http').replace('/ws/mcp', '/health'));
		assert.is(((await health.json()) as Record<string, unknown>).public_key, public_key);

		const command = 'printf hi; kill -9 $$';
		const startedAfter = Date.now();
		wire.send(request(1, 'execute', { command, marker: 'MARKER_1', subject: 'step “1”', execution_id: 'é"1' }));
		const { attestation, ...completed } = await wire.notification('process.completed');
		const { statement, signature, ...key } = attestation as Record<string, unknown>;
		assert.equal(key, { algorithm: 'Ed25519', public_key });
		const { started_at, ended_at, ...facts } = statement as Record<string, unknown>;
		assert.equal(facts, {
			v: 1,
			execution_id: 'é"1',
			marker: 'MARKER_1',
			subject: 'step “1”',
			command_sha256: sha256(command),
			exit_code: -9,
			signal: 'SIGKILL',
			output_sha256: sha256('hi'),
			bytes: 2,
			dropped_bytes: 0,
		});
		assert.is(started_at, completed.started_at);
		assert.is(ended_at, completed.ended_at);
		assert.ok(Number(started_at) >= startedAfter && Number(ended_at) >= Number(started_at));

		// As the docs tell it, without any code of ours.
		const text = `{"bytes":2,"command_sha256":"${sha256(command)}","dropped_bytes":0,"ended_at":${ended_at},"execution_id":"é\\"1","exit_code":-9,"marker":"MARKER_1","output_sha256":"${sha256('hi')}","signal":"SIGKILL","started_at":${started_at},"subject":"step “1”","v":1}`;
		const jwk = { kty: 'OKP', crv: 'Ed25519', x: String(public_key) };
		const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
		assert.ok(verify(null, Buffer.from(text), publicKey, Buffer.from(String(signature), 'base64url')));
		await wire.close();
		await served.close();
	});

	test('is neither announced nor made without a signer', async () => {
		const served = await startExecutor();
		const wire = await connectRaw(served.url);
		const { capabilities, public_key } = await wire.notification('connected');
		assert.not((capabilities as string[]).includes('attestation'));
		assert.not((capabilities as string[]).includes('subject'));
		assert.is(public_key, undefined);
		wire.send(request(1, 'execute', { command: 'true' }));
		assert.is((await wire.notification('process.completed')).attestation, undefined);
		await wire.close();
		await served.close();
	});
});
