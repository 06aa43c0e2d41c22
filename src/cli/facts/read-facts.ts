import { isUtf8 } from 'node:buffer';
import type { AppError } from '../../core/errors.ts';
import type { Files } from '../../core/ports.ts';
import { nodeClock } from '../../host/node-clock.ts';
import { nodeHashes } from '../../host/node-hashes.ts';
import { NO_CACHE, openResultCache, type ResultCache } from '../../host/result-cache.ts';
import { decodePrompt } from '../../run/decode-prompt.ts';
import type { Io } from '../io.ts';
import { expandNames, toReadingError } from '../load-documents.ts';
import { cachePath, removeOldCaches } from './cache-file.ts';
import { createFactThreads } from './fact-threads.ts';
import type { FactKind, FactOf } from './prompt-facts.ts';

/** What prompts are read with. */
export interface FactSources {
	readonly files: Files;
	readonly env: Io['env'];
	/** False: nothing is looked up and nothing kept. */
	readonly isCached: boolean;
}

/** What a prompt came to. */
export interface PromptFact<K extends FactKind> {
	/** As the user gave it. */
	readonly file: string;
	/** SHA-256 of its bytes. */
	readonly digest: string;
	readonly fact: FactOf<K>;
}

/** How many documents go to a thread at once: few enough that all are done at nearly the same time, and that few texts are in memory. */
const AT_ONCE = 32;

/**
 * Reads facts of prompts, any number of them: a prompt whose very content was read before is not parsed again.
 *
 * @param names - Paths or patterns; a file named twice is read once.
 * @returns In the order of the names; and an error for each that can't be read.
 * @see docs/adr/0008-reading-prompts.md
 */
export async function readFacts<K extends FactKind>(
	kind: K,
	names: readonly string[],
	{ files, env, isCached }: FactSources,
): Promise<{ readonly facts: readonly PromptFact<K>[]; readonly errors: readonly AppError[] }> {
	const paths = await expandNames(names);
	const path = isCached ? cachePath(kind, env) : null;
	const cache = path === null ? NO_CACHE : openResultCache(path);
	const threads = createFactThreads();
	const batches: Promise<readonly PromptFact<K>[]>[] = [];
	let facts: readonly PromptFact<K>[] = [];
	const errors: AppError[] = [];
	let unknownCount = 0;
	try {
		for (let from = 0; from < paths.length; from += AT_ONCE) {
			const readings: Reading[] = [];
			const unknown: Uint8Array[] = [];
			for (const file of paths.slice(from, from + AT_ONCE)) {
				try {
					const bytes = await files.read(file);
					const reading = look(file, bytes, cache);
					if (reading.known === null) unknown.push(bytes);
					readings.push(reading);
				} catch (error) {
					errors.push(toReadingError(error, file, names));
				}
			}
			unknownCount += unknown.length;
			const seen = from + AT_ONCE;
			threads.expect((paths.length - seen) * (unknownCount / seen));
			const made = unknown.length === 0 ? NOTHING : await threads.make(kind, unknown);
			const batch = toFacts<K>(readings, made.facts, cache);
			// Awaited below; until then nobody else would see that it failed.
			batch.catch(() => undefined);
			batches.push(batch);
		}
		facts = (await Promise.all(batches)).flat();
	} finally {
		await threads.close();
	}
	// The first time that this version keeps something: so seldom that it costs nothing.
	if (cache.save() && path !== null) removeOldCaches(path, nodeClock.nowMs());
	return { facts, errors };
}

const NOTHING = { facts: Promise.resolve<readonly string[]>([]) };

interface Reading {
	readonly file: string;
	readonly key: string;
	/** The fact as it was remembered. */
	readonly known: string | null;
}

/** The content alone is the key: times and sizes of files say nothing about it, and git sets them as it likes. */
function look(file: string, bytes: Uint8Array, cache: ResultCache): Reading {
	const key = nodeHashes.sha256(bytes);
	const known = cache.get(key);
	// What can't be read is told here, where the file has a name.
	if (known === null && !isUtf8(bytes)) decodePrompt(bytes, file);
	return { file, key, known };
}

/** Puts what was made beside what was known. */
async function toFacts<K extends FactKind>(
	readings: readonly Reading[],
	made: Promise<readonly string[]>,
	cache: ResultCache,
): Promise<readonly PromptFact<K>[]> {
	const fresh = (await made).values();
	return readings.map(({ file, key, known }) => {
		const fact = known ?? fresh.next().value ?? '';
		if (known === null) cache.put(key, fact);
		return { file, digest: key, fact: JSON.parse(fact) as FactOf<K> };
	});
}
