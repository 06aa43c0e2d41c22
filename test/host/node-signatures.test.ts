import * as assert from 'uvu/assert';
import { nodeSignatures } from '../../src/host/node-signatures.ts';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { describe } from '../helpers/suite.ts';

describe('nodeSignatures', ({ test }) => {
	test('accepts what RFC 8032 §7.1 test 2 signs', () => {
		const [publicKey, signature] = [
			'3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
			'92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
		].map((hex) => Buffer.from(hex, 'hex').toString('base64url')) as [string, string];
		assert.ok(nodeSignatures.verify({ text: 'r', signature, publicKey }));
	});

	test('accepts what createNodeSigner() signs, and nothing else', () => {
		const signer = createNodeSigner();
		const signed = { text: 'ü', signature: signer.sign('ü'), publicKey: signer.publicKey() };
		assert.ok(nodeSignatures.verify(signed));
		assert.not(nodeSignatures.verify({ ...signed, text: 'u' }));
		assert.not(nodeSignatures.verify({ ...signed, publicKey: createNodeSigner().publicKey() }));
		assert.not(nodeSignatures.verify({ ...signed, signature: '' }));
		assert.not(nodeSignatures.verify({ ...signed, publicKey: 'no key' }));
	});
});
