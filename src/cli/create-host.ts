import type { Clock, Files, Hashes, Random } from '../core/ports.ts';
import { nodeClock } from '../host/node-clock.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { nodeHashes } from '../host/node-hashes.ts';
import { nodeRandom } from '../host/node-random.ts';

/** The real clock, files, randomness and hashes of this machine. */
export interface Host {
	readonly clock: Clock;
	readonly random: Random;
	readonly hashes: Hashes;
	readonly files: Files;
}

/** Builds the host; cheap, starts nothing. */
export const createHost = (): Host => ({
	clock: nodeClock,
	random: nodeRandom,
	hashes: nodeHashes,
	files: createNodeFiles(),
});
