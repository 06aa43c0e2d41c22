import * as assert from 'uvu/assert';
import { type Attestation, type AttestationStatement, formatStatement } from '../../src/core/attestation.ts';
import { nodeSignatures } from '../../src/host/node-signatures.ts';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { type ExpectedAttestation, judgeAttestation } from '../../src/transcript/judge-attestation.ts';
import type { ExpectedBracket } from '../../src/transcript/judge-bracket.ts';
import { describe } from '../helpers/suite.ts';

const signer = createNodeSigner();
const stranger = createNodeSigner();
const BEGIN = Date.parse('2025-11-21T10:00:00.000Z');
const bracket: ExpectedBracket = {
	executionId: 'x',
	marker: 'MARKER_step_1763720000_0123456789ABCDEFGHJKMNPQRS',
	commandSha256: 'c'.repeat(64),
	outputSha256: 'd'.repeat(64),
	exitCode: 0,
	signal: null,
	notBeforeMs: BEGIN + 0.7,
};
const expected: ExpectedAttestation = {
	publicKey: signer.publicKey(),
	subject: 'e'.repeat(64),
	bytes: 3,
	notAfterMs: BEGIN + 1000,
	clockToleranceMs: 0,
};
const statement: AttestationStatement = {
	v: 1,
	execution_id: bracket.executionId,
	marker: bracket.marker,
	subject: expected.subject,
	command_sha256: bracket.commandSha256,
	exit_code: 0,
	signal: null,
	output_sha256: bracket.outputSha256,
	bytes: 3,
	dropped_bytes: 0,
	started_at: BEGIN,
	ended_at: BEGIN + 1000,
};
const sign = (changes: Partial<AttestationStatement> = {}, by = signer): Attestation => {
	const signed = { ...statement, ...changes };
	return {
		algorithm: 'Ed25519',
		public_key: by.publicKey(),
		statement: signed,
		signature: by.sign(formatStatement(signed)),
	};
};
const judge = (
	attestation: unknown,
	changes: Partial<ExpectedAttestation> = {},
	of: Partial<ExpectedBracket> = {},
): [reason: string | null, failed: string | undefined] => {
	const { reason, checks } = judgeAttestation(
		attestation as Attestation,
		{ ...bracket, ...of },
		{ ...expected, ...changes },
		nodeSignatures,
	);
	return [reason, checks.find(({ isOk }) => !isOk)?.name];
};

describe('judgeAttestation()', ({ test }) => {
	test('takes a statement that agrees in every field', () => {
		assert.equal(judge(sign()), [null, undefined]);
		const killed = sign({ exit_code: -9, signal: 'SIGKILL' });
		assert.equal(judge(killed, {}, { exitCode: null, signal: 'SIGKILL' }), [null, undefined]);
		assert.equal(judge(sign({ subject: null }), { subject: null }), [null, undefined]);
	});

	test('names each field that is another', () => {
		const cases: readonly (readonly [Partial<AttestationStatement>, string])[] = [
			[{ execution_id: 'y' }, 'signed execution is the same'],
			[{ marker: null }, 'signed marker is the same'],
			[{ command_sha256: 'f'.repeat(64) }, 'signed command digest is the same'],
			[{ subject: 'f'.repeat(64) }, 'signed subject is the same'],
			[{ signal: 'SIGTERM' }, 'signed signal is the same'],
			[{ exit_code: 1 }, 'signed exit code is the same'],
			[{ output_sha256: 'f'.repeat(64) }, 'signed output digest is the same'],
			[{ bytes: 4 }, 'signed number of bytes is the same'],
			[{ dropped_bytes: 1 }, 'signed number of dropped bytes is the same'],
			[{ started_at: BEGIN - 1 }, 'signed times are within the run'],
			[{ ended_at: BEGIN + 1001 }, 'signed times are within the run'],
			[{ started_at: BEGIN + 2, ended_at: BEGIN + 1 }, 'signed times are within the run'],
			[{ ended_at: 1e300 }, 'signed times are within the run'],
		];
		for (const [changes, name] of cases) assert.equal(judge(sign(changes)), ['attestation-mismatch', name]);
	});

	test('lets the clock of another machine differ by no more than it may', () => {
		const late = sign({ started_at: BEGIN + 3000, ended_at: BEGIN + 4000 });
		assert.is(judge(late, { clockToleranceMs: 2999 })[0], 'attestation-mismatch');
		assert.is(judge(late, { clockToleranceMs: 3000 })[0], null);
		assert.is(judge(sign({ started_at: BEGIN - 3000 }), { clockToleranceMs: 3000 })[0], null);
	});

	test('believes no other key, whatever it signs', () => {
		assert.equal(judge(sign({}, stranger)), ['bad-signature', 'key is the same']);
		const posing = { ...sign({}, stranger), public_key: signer.publicKey() };
		assert.equal(judge(posing), ['bad-signature', 'signature is right']);
	});

	test('finds a statement that was changed after it was signed, and a signature that was cut', () => {
		const honest = sign();
		assert.is(judge({ ...honest, statement: { ...statement, exit_code: 1 } })[1], 'signature is right');
		assert.is(judge({ ...honest, signature: honest.signature.slice(0, -2) })[1], 'signature is right');
		assert.is(judge({ ...honest, algorithm: 'none' })[1], 'signature is right');
	});

	test('survives what is no attestation', () => {
		assert.equal(judge(undefined), ['no-signature', 'end is signed']);
		assert.equal(judge(null), ['no-signature', 'end is signed']);
		for (const junk of ['signed', 7, {}, [], { public_key: signer.publicKey() }]) {
			assert.is(judge(junk)[0], 'bad-signature');
		}
		const hollow = { algorithm: 'Ed25519', public_key: signer.publicKey(), statement: null, signature: '' };
		assert.is(judge(hollow)[1], 'signature is right');
	});
});
