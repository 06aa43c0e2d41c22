import { createHash } from 'node:crypto';
import type { Hashes } from '../core/ports.ts';

/** SHA-256 by Node's OpenSSL. */
export const nodeHashes: Hashes = {
	createSha256: () => {
		const hash = createHash('sha256');
		return {
			update: (chunk) => {
				hash.update(chunk);
			},
			digest: () => hash.digest('hex'),
		};
	},
	sha256: (content) => createHash('sha256').update(content).digest('hex'),
};
