import { randomFillSync } from 'node:crypto';
import type { Random } from '../core/ports.ts';

const POOL = 4096;
const pool = new Uint8Array(POOL);
/** What is left of the pool stands at its end. */
let left = 0;

/** The system's randomness, fit for secrets: taken by the pool, since a few bytes at a time cost as much, and given out once. */
export const nodeRandom: Random = {
	bytes: (length) => {
		if (length > POOL) return randomFillSync(new Uint8Array(length));
		if (length > left) {
			randomFillSync(pool);
			left = POOL;
		}
		const bytes = pool.slice(POOL - left, POOL - left + length);
		// Nobody who reads our memory finds what was given out.
		pool.fill(0, POOL - left, POOL - left + length);
		left -= length;
		return bytes;
	},
};
