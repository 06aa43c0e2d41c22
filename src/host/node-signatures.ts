import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Signatures } from '../core/ports.ts';

/** Ed25519 by Node's OpenSSL. */
export const nodeSignatures: Signatures = {
	verify: ({ text, signature, publicKey }) => {
		try {
			return verify(null, Buffer.from(text), keyOf(publicKey), Buffer.from(signature, 'base64url'));
		} catch {
			return false;
		}
	},
};

/** A run meets one key a thousand times, and reading it costs as much as checking a signature. */
let last: { readonly publicKey: string; readonly key: KeyObject } | null = null;

function keyOf(publicKey: string): KeyObject {
	if (last?.publicKey !== publicKey) {
		last = { publicKey, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' }) };
	}
	return last.key;
}
