import { createPublicKey, verify } from 'node:crypto';
import type { Signatures } from '../core/ports.ts';

/** Ed25519 by Node's OpenSSL. */
export const nodeSignatures: Signatures = {
	verify: ({ text, signature, publicKey }) => {
		try {
			const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
			return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
		} catch {
			return false;
		}
	},
};
