import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FactsAnswer, FactsRequest } from './facts-worker.ts';
import { FACTS, type FactKind } from './prompt-facts.ts';

/** Threads that make facts beside this one. */
export interface FactThreads {
	/** Makes a fact of each document. @returns As JSON, in the same order. */
	make(kind: FactKind, sources: readonly string[]): Promise<readonly string[]>;
	close(): Promise<void>;
}

/** From here on a thread costs less than it saves: it takes 100 ms to start, and a document a good half of one. */
const WORTH_A_THREAD = 400;

/**
 * Makes facts on all cores: this thread takes a share like the others, and is the only one where there are few documents.
 *
 * @param cores - Threads at work, this one included; 4 at most, as they wait for each other's memory then.
 */
export function createFactThreads(cores: number = Math.min(4, availableParallelism())): FactThreads {
	const workers: Worker[] = [];
	return {
		async make(kind, sources) {
			const program = sources.length < WORTH_A_THREAD ? null : findProgram();
			// Documents are soon forgotten; with room to put that off, memory would grow by as much.
			const limits = { resourceLimits: { maxYoungGenerationSizeMb: 8 } };
			while (program !== null && workers.length < cores - 1) workers.push(new Worker(program, limits));
			const share = Math.ceil(sources.length / (workers.length + 1));
			const others = workers.map((worker, index) =>
				ask(worker, { kind, sources: sources.slice((index + 1) * share, (index + 2) * share) }),
			);
			// Awaited below; until then nobody else would see that one failed.
			const answers = Promise.all(others);
			answers.catch(() => undefined);
			const own: string[] = [];
			for (const source of sources.slice(0, share)) own.push(JSON.stringify(await FACTS[kind](source)));
			return [...own, ...(await answers).flat()];
		},
		async close() {
			await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
		},
	};
}

async function ask(worker: Worker, request: FactsRequest): Promise<readonly string[]> {
	worker.postMessage(request);
	const [answer] = (await once(worker, 'message')) as [FactsAnswer];
	if ('error' in answer) throw answer.error;
	return answer.facts;
}

/** Beside the built program, which may be a part in a folder of its own; there is none where this runs from sources. */
const findProgram = (): URL | null =>
	['./facts-worker.js', '../facts-worker.js'].map((name) => new URL(name, import.meta.url)).find(existsSync) ?? null;
