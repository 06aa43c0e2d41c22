import * as crypto from 'node:crypto';
import type { Hashes } from '../core/ports.ts';

/** SHA-256 by Node's OpenSSL. */
export const nodeHashes: Hashes = {
	createSha256: () => {
		const hash = crypto.createHash('sha256');
		return {
			update: (chunk) => {
				hash.update(chunk);
			},
			digest: () => hash.digest('hex'),
		};
	},
	// Half the cost for what is short; Node has it since 20.12.
	sha256:
		typeof crypto.hash === 'function'
			? (content) => crypto.hash('sha256', content)
			: (content) => crypto.createHash('sha256').update(content).digest('hex'),
};
