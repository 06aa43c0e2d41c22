import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
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

/** What a signature is checked with; key and signature as {@link Signer} gives them. */
export interface Signed {
	readonly text: string;
	readonly signature: string;
	readonly publicKey: string;
}

/**
 * Checks a signature.
 *
 * @returns False also when key or signature are no such thing.
 */
export function isSigned({ text, signature, publicKey }: Signed): boolean {
	try {
		const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
		return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
	} catch {
		return false;
	}
}
