import fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
	type Attestation,
	type AttestationStatement,
	formatStatement,
	isAttested,
} from '../../src/core/attestation.ts';
import { nodeSignatures } from '../../src/host/node-signatures.ts';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const STATEMENT: AttestationStatement = {
	v: 1,
	execution_id: 'é"1',
	marker: null,
	subject: null,
	command_sha256: 'c0',
	exit_code: -9,
	signal: 'SIGKILL',
	output_sha256: '0f',
	bytes: 2,
	dropped_bytes: 0,
	started_at: 1,
	ended_at: 2.5,
};
const signer = createNodeSigner();
const attest = (statement: AttestationStatement): Attestation => ({
	algorithm: 'Ed25519',
	public_key: signer.publicKey(),
	statement,
	signature: signer.sign(formatStatement(statement)),
});
const isOurs = (attestation: Attestation): boolean => isAttested(attestation, signer.publicKey(), nodeSignatures);

describe('formatStatement()', ({ test }) => {
	test('writes the canonical form that docs/protocol.md tells', () => {
		assert.is(
			formatStatement(STATEMENT),
			'{"bytes":2,"command_sha256":"c0","dropped_bytes":0,"ended_at":2.5,"execution_id":"é\\"1","exit_code":-9,"marker":null,"output_sha256":"0f","signal":"SIGKILL","started_at":1,"subject":null,"v":1}',
		);
	});

	test('tells the same of the same fields, whatever their order and whatever stands beside them', () => {
		const names = Object.keys(STATEMENT) as (keyof AttestationStatement)[];
		check(
			fc.property(
				fc.shuffledSubarray(names, { minLength: names.length }),
				fc.dictionary(fc.string(), fc.jsonValue()),
				(order, more) => {
					const shuffled = Object.fromEntries(order.map((name) => [name, STATEMENT[name]]));
					assert.is(
						formatStatement({ ...more, ...shuffled } as unknown as AttestationStatement),
						formatStatement(STATEMENT),
					);
				},
			),
		);
	});
});

describe('isAttested()', ({ test }) => {
	test('accepts what the trusted key signed', () => {
		assert.ok(isOurs(attest(STATEMENT)));
	});

	test('refuses a statement of which any field was changed, or is missing', () => {
		const signed = attest(STATEMENT);
		for (const name of Object.keys(STATEMENT)) {
			for (const value of ['x', 7, null, undefined, Number.NaN, '\ud800']) {
				const changed = { ...STATEMENT, [name]: value };
				if (JSON.stringify(changed) === JSON.stringify(STATEMENT)) continue;
				assert.not(isOurs({ ...signed, statement: changed as AttestationStatement }), `${name}: ${value}`);
			}
		}
	});

	test('refuses what another key signed, whichever key the attestation names', () => {
		const other = createNodeSigner();
		const foreign = { ...attest(STATEMENT), signature: other.sign(formatStatement(STATEMENT)) };
		assert.not(isOurs(foreign));
		assert.not(isOurs({ ...foreign, public_key: other.publicKey() }));
		assert.ok(isAttested({ ...foreign, public_key: other.publicKey() }, other.publicKey(), nodeSignatures));
	});

	test('refuses another algorithm', () => {
		assert.not(isOurs({ ...attest(STATEMENT), algorithm: 'none' } as unknown as Attestation));
	});
});
