import type { Clock, Files, Hashes, Journals, Random, Writers } from '../core/ports.ts';
import { nodeClock } from '../host/node-clock.ts';
import { createNodeFiles } from '../host/node-files.ts';
import { nodeHashes } from '../host/node-hashes.ts';
import { createNodeJournals } from '../host/node-journals.ts';
import { nodeRandom } from '../host/node-random.ts';
import { createNodeWriters } from '../host/node-writers.ts';

/** The real clock, files, journals, randomness and hashes of this machine, and who we are on it. */
export interface Host {
	readonly clock: Clock;
	readonly random: Random;
	readonly hashes: Hashes;
	readonly files: Files;
	readonly journals: Journals;
	readonly writers: Writers;
}

/** Builds the host; cheap, starts nothing. */
export const createHost = (): Host => ({
	clock: nodeClock,
	random: nodeRandom,
	hashes: nodeHashes,
	files: createNodeFiles(),
	journals: createNodeJournals(),
	writers: createNodeWriters(),
});
