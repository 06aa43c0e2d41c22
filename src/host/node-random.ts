import { randomBytes } from 'node:crypto';
import type { Random } from '../core/ports.ts';

/** The system's randomness, fit for secrets. */
export const nodeRandom: Random = { bytes: (length) => randomBytes(length) };
