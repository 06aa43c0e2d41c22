import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { nodeSignatures } from '../../../src/host/node-signatures.ts';
import { createNodeSigner } from '../../../src/host/node-signer.ts';
import { decodeBase64, encodeBase64 } from '../../../src/report/attest/base64.ts';
import { formatPae, isSignedBy, openEnvelope, PAYLOAD_TYPE, signEnvelope } from '../../../src/report/attest/dsse.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';

/** Text that has a UTF-8: no halves of surrogate pairs. */
const text = (): fc.Arbitrary<string> => fc.string({ unit: 'binary', maxLength: 300 });

/** The PAE of the specification over bytes, independent of ours. */
function paeOf(type: string, payload: Uint8Array): Buffer {
	const typeBytes = Buffer.from(type);
	return Buffer.concat([
		Buffer.from(`DSSEv1 ${typeBytes.length} `),
		typeBytes,
		Buffer.from(` ${payload.length} `),
		payload,
	]);
}

describe('encodeBase64()', ({ test }) => {
	test('writes what Node writes, for any bytes', () => {
		check(
			fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
				assert.is(encodeBase64(bytes), Buffer.from(bytes).toString('base64'));
			}),
		);
	});
});

describe('decodeBase64()', ({ test }) => {
	test('reads both alphabets, with padding and without', () => {
		check(
			fc.property(
				fc.uint8Array({ maxLength: 300 }),
				fc.constantFrom('base64', 'base64url'),
				fc.boolean(),
				(bytes, kind, isPadded) => {
					const written = Buffer.from(bytes).toString(kind as 'base64');
					const bare = written.replace(/=+$/, '');
					const shown = isPadded ? bare + '='.repeat((4 - (bare.length % 4)) % 4) : bare;
					assert.equal(Buffer.from(decodeBase64(shown) ?? []), Buffer.from(bytes));
				},
			),
		);
	});
	test('refuses what no encoder writes', () => {
		for (const bad of ['A', 'AB=', 'AB===', 'A B=', 'AAAA=', 'AB', '====', 'ÄÄÄÄ', 'AAAA\n']) {
			assert.is(decodeBase64(bad), null, bad);
		}
		assert.equal([...(decodeBase64('AA') ?? [9])], [0]);
	});
	test('gives null or bytes that are written as it was read', () => {
		check(
			fc.property(fc.string({ maxLength: 20 }), (shown) => {
				const bytes = decodeBase64(shown);
				if (bytes)
					assert.is(
						Buffer.from(bytes).toString('base64url'),
						shown.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
					);
			}),
		);
	});
});

describe('formatPae()', ({ test }) => {
	test('agrees with the example of the specification', () => {
		assert.is(
			formatPae('http://example.com/HelloWorld', 'hello world'),
			'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
		);
	});
	test('counts bytes, not characters', () => {
		check(
			fc.property(text(), text(), (type, payload) => {
				assert.equal(Buffer.from(formatPae(type, payload)), paeOf(type, Buffer.from(payload)));
			}),
		);
	});
	test('is never the same for two pairs of type and payload', () => {
		check(
			fc.property(text(), text(), text(), text(), (type, payload, otherType, otherPayload) => {
				const isSame = type === otherType && payload === otherPayload;
				assert.is(formatPae(type, payload) === formatPae(otherType, otherPayload), isSame);
			}),
		);
	});
});

describe('signEnvelope()', ({ test }) => {
	test('signs what an independent implementation verifies, for any payload', () => {
		const { privateKey, publicKey } = generateKeyPairSync('ed25519');
		const signer = createNodeSigner(privateKey);
		check(
			fc.property(text(), (payload) => {
				const envelope = signEnvelope(payload, signer);
				assert.is(envelope.payloadType, 'application/vnd.in-toto+json');
				const bytes = Buffer.from(envelope.payload, 'base64');
				assert.is(bytes.toString(), payload);
				const [signature] = envelope.signatures;
				assert.ok(verify(null, paeOf(PAYLOAD_TYPE, bytes), publicKey, Buffer.from(signature?.sig ?? '', 'base64')));
			}),
			{ numRuns: 50 },
		);
	});
});

describe('isSignedBy()', ({ test }) => {
	test('verifies the test vector of RFC 8032 as an envelope of another signer, in either alphabet', () => {
		const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
		const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]);
		const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
		const publicKey = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
		const payload = Buffer.from('{"name":"ünïcode"}');
		const signature = sign(null, paeOf(PAYLOAD_TYPE, payload), privateKey);
		for (const kind of ['base64', 'base64url'] as const) {
			const envelope = openEnvelope({
				payloadType: PAYLOAD_TYPE,
				payload: payload.toString(kind),
				signatures: [{ sig: Buffer.alloc(64).toString(kind) }, { sig: signature.toString(kind) }],
			});
			assert.ok(envelope && isSignedBy(envelope, publicKey, nodeSignatures));
			assert.not.ok(envelope && isSignedBy(envelope, createNodeSigner().publicKey(), nodeSignatures));
		}
	});
	test('is false once type, payload or signature was changed by one character', () => {
		const signer = createNodeSigner();
		const envelope = signEnvelope('{"a":1}', signer);
		const [signature] = envelope.signatures;
		const isRight = (value: object): boolean => {
			const opened = openEnvelope(value);
			return opened !== null && isSignedBy(opened, signer.publicKey(), nodeSignatures);
		};
		assert.ok(isRight(envelope));
		const sig = signature?.sig ?? '';
		assert.not.ok(isRight({ ...envelope, payloadType: `${PAYLOAD_TYPE} ` }));
		assert.not.ok(isRight({ ...envelope, payload: Buffer.from('{"a":2}').toString('base64') }));
		assert.not.ok(
			isRight({
				...envelope,
				signatures: [{ keyid: '', sig: sig[0] === 'A' ? `B${sig.slice(1)}` : `A${sig.slice(1)}` }],
			}),
		);
		assert.not.ok(isRight({ ...envelope, signatures: [] }));
	});
});

describe('openEnvelope()', ({ test }) => {
	test('takes any value without throwing', () => {
		check(
			fc.property(fc.anything(), (value) => {
				openEnvelope(value);
			}),
		);
		for (const value of [null, [], {}, { payloadType: 1 }, { payloadType: '', payload: '/w==', signatures: [] }]) {
			assert.is(openEnvelope(value), null);
		}
	});
});
