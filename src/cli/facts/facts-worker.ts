import { parentPort } from 'node:worker_threads';
import { FACTS, type FactKind } from './prompt-facts.ts';

/** What a thread is asked: facts of one kind about some documents. */
export interface FactsRequest {
	readonly kind: FactKind;
	readonly sources: readonly string[];
}

/** What it answers: a fact as JSON for each document, in the same order; or why it can't. */
export type FactsAnswer = { readonly facts: readonly string[] } | { readonly error: Error };

// The entry of a thread that reads prompts beside the main one.
parentPort?.on('message', async ({ kind, sources }: FactsRequest) => {
	let answer: FactsAnswer;
	try {
		const facts: string[] = [];
		for (const source of sources) facts.push(JSON.stringify(await FACTS[kind](source)));
		answer = { facts };
	} catch (error) {
		answer = { error: error instanceof Error ? error : new Error(String(error)) };
	}
	parentPort?.postMessage(answer);
});
