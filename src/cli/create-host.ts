import type { Clock, Files, Hashes, Random } from '../core/ports.ts';
import { createNodeClock } from '../host/node-clock.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { createNodeHashes } from '../host/node-hashes.ts';
import { createNodeRandom } from '../host/node-random.ts';

/** The real clock, files, randomness and hashes of this machine. */
export interface Host {
	readonly clock: Clock;
	readonly random: Random;
	readonly hashes: Hashes;
	readonly files: Files;
}

/** Builds the host; cheap, starts nothing. */
export const createHost = (): Host => ({
	clock: createNodeClock(),
	random: createNodeRandom(),
	hashes: createNodeHashes(),
	files: createNodeFiles(),
});
