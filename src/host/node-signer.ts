import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Signer } from '../core/ports.ts';

/**
 * Signs with an Ed25519 key.
 *
 * @param privateKey - Default: a fresh one that ends with this process.
 * @throws {TypeError} The key is of another kind.
 */
export function createNodeSigner(privateKey: KeyObject = generateKeyPairSync('ed25519').privateKey): Signer {
	if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
		throw new TypeError('The key of a signer must be a private Ed25519 key');
	}
	const publicKey = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
	return {
		publicKey: () => publicKey,
		sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
	};
}
