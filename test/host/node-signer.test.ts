import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import * as assert from 'uvu/assert';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { describe } from '../helpers/suite.ts';

describe('createNodeSigner()', ({ test }) => {
	test('signs as RFC 8032 §7.1 test 1 does', () => {
		const d = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex').toString(
			'base64url',
		);
		const x = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex').toString(
			'base64url',
		);
		const signer = createNodeSigner(createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' }));
		assert.is(signer.publicKey(), x);
		assert.is(
			Buffer.from(signer.sign(''), 'base64url').toString('hex'),
			'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
		);
	});

	test('refuses keys of another kind', () => {
		const { privateKey } = generateKeyPairSync('x25519');
		assert.throws(
			() => createNodeSigner(privateKey),
			(error: unknown) => error instanceof TypeError,
		);
	});
});
