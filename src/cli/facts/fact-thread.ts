import { Worker } from 'node:worker_threads';
import type { FactsAnswer, FactsRequest } from './facts-worker.ts';
import type { FactKind } from './prompt-facts.ts';

/** A thread that makes facts beside this one. */
export interface FactThread {
	/** Requests that it has not answered. */
	readonly load: number;
	/** Makes a fact of each document. @returns As JSON, in the same order. */
	make(kind: FactKind, documents: readonly Uint8Array[]): Promise<readonly string[]>;
	close(): Promise<void>;
}

/** Documents are soon forgotten; with much room to put that off, memory would grow by as much, and with little time does. */
const YOUNG_MIB = 24;

/** Starts a thread; whoever does closes it. */
export function startFactThread(program: URL): FactThread {
	const worker = new Worker(program, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
	const waiting = new Map<number, Asked>();
	let count = 0;
	worker.on('message', (answer: FactsAnswer) => {
		const asked = waiting.get(answer.id);
		waiting.delete(answer.id);
		if ('error' in answer) asked?.reject(answer.error);
		else asked?.resolve(answer.facts);
	});
	const fail = (error: Error): void => {
		for (const { reject } of waiting.values()) reject(error);
		waiting.clear();
	};
	worker.on('error', fail);
	worker.on('exit', () => fail(new Error('The thread ended before it answered')));
	return {
		get load() {
			return waiting.size;
		},
		make(kind, documents) {
			count += 1;
			const id = count;
			return new Promise((resolve, reject) => {
				waiting.set(id, { resolve, reject });
				worker.postMessage({ id, kind, documents } satisfies FactsRequest);
			});
		},
		async close() {
			await worker.terminate();
		},
	};
}

interface Asked {
	resolve(facts: readonly string[]): void;
	reject(error: Error): void;
}
