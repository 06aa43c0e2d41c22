import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate as takeTurn } from 'node:timers/promises';
import { type FactThread, startFactThread } from './fact-thread.ts';
import { type FactKind, makeFacts } from './prompt-facts.ts';

/** Makes facts on all cores. */
export interface FactThreads {
	/**
	 * Says how many documents are still to come, at a guess; threads are started once they are worth it.
	 */
	expect(count: number): void;
	/**
	 * Has facts made of some documents: by a thread that has room for them, else by this one, which is done with them then. So this thread
	 * takes its share, and no more wait than the others are busy with.
	 *
	 * @returns Once the next ones may come; `facts`: as JSON, in the same order.
	 */
	make(kind: FactKind, documents: readonly Uint8Array[]): Promise<{ readonly facts: Promise<readonly string[]> }>;
	close(): Promise<void>;
}

/** From here on a thread costs less than it saves: it takes 100 ms to start, and a document a quarter of one. */
const WORTH_A_THREAD = 400;
/** One in work and one that waits: a thread that is done has the next one at hand. */
const MOST_LOAD = 2;

/**
 * Makes facts on all cores, this thread's included.
 *
 * @param cores - Threads at work; 4 at most, as they wait for each other's memory then.
 */
export function createFactThreads(cores: number = Math.min(4, availableParallelism())): FactThreads {
	const threads: FactThread[] = [];
	return {
		expect(count) {
			const program = threads.length > 0 || count < WORTH_A_THREAD ? null : findProgram();
			while (program !== null && threads.length < cores - 1) threads.push(startFactThread(program));
		},
		async make(kind, documents) {
			const free = threads.find(({ load }) => load < MOST_LOAD);
			if (free !== undefined) return { facts: free.make(kind, documents) };
			const facts = Promise.resolve(await makeFacts(kind, documents));
			// Answers of threads come in between.
			await takeTurn();
			return { facts };
		},
		async close() {
			await Promise.all(threads.splice(0).map((thread) => thread.close()));
		},
	};
}

/** Beside the built program, which may be a part in a folder of its own; there is none where this runs from sources. */
const findProgram = (): URL | null =>
	['./facts-worker.js', '../facts-worker.js'].map((name) => new URL(name, import.meta.url)).find(existsSync) ?? null;
