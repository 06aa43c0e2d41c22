import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { AppError } from '../../core/errors.ts';
import type { Files } from '../../core/ports.ts';
import { nodeHashes } from '../../host/node-hashes.ts';
import { NO_CACHE, openResultCache, type ResultCache } from '../../host/result-cache.ts';
import { decodePrompt } from '../../run/decode-prompt.ts';
import type { Io } from '../io.ts';
import { expandNames, toReadingError } from '../load-documents.ts';
import { SOURCES } from '../version.ts';
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

/** How many documents are in memory at once. */
const AT_ONCE = 500;

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
	const facts: PromptFact<K>[] = [];
	const errors: AppError[] = [];
	try {
		for (let from = 0; from < paths.length; from += AT_ONCE) {
			const read: Reading[] = [];
			for (const file of paths.slice(from, from + AT_ONCE)) {
				try {
					read.push(look(file, await files.read(file), cache));
				} catch (error) {
					errors.push(toReadingError(error, file, names));
				}
			}
			const unknown = read.filter(({ known }) => known === null);
			const made = await threads.make(
				kind,
				unknown.map(({ source }) => source),
			);
			unknown.forEach(({ key }, index) => {
				cache.put(key, made[index] ?? '');
			});
			const fresh = made.values();
			for (const { file, key, known } of read) {
				facts.push({ file, digest: key, fact: JSON.parse(known ?? fresh.next().value ?? '') as FactOf<K> });
			}
		}
	} finally {
		await threads.close();
	}
	cache.save();
	return { facts, errors };
}

interface Reading {
	readonly file: string;
	readonly key: string;
	/** Empty where it is not needed. */
	readonly source: string;
	readonly known: string | null;
}

/** The content alone is the key: times and sizes of files say nothing about it, and git sets them as it likes. */
function look(file: string, bytes: Uint8Array, cache: ResultCache): Reading {
	const key = nodeHashes.sha256(bytes);
	const known = cache.get(key);
	return { file, key, known, source: known === null ? decodePrompt(bytes, file) : '' };
}

/** @returns `null` where nothing may be remembered: sources change while they run, and there may be no home. */
function cachePath(kind: FactKind, env: Io['env']): string | null {
	if (SOURCES === null) return null;
	// XDG Base Directory 0.8: a relative path is none.
	const given = env.XDG_CACHE_HOME ?? '';
	const folder = isAbsolute(given) ? given : join(homedir(), '.cache');
	// Regular expressions are the engine's, so what is wrong with one depends on it.
	return join(folder, 'tenfold', `${kind}-${SOURCES}-${process.version}.cache`);
}
