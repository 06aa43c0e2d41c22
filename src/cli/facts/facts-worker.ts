import { parentPort } from 'node:worker_threads';
import { type FactKind, makeFacts } from './prompt-facts.ts';

/** What a thread is asked: facts of one kind about some documents. */
export interface FactsRequest {
	readonly id: number;
	readonly kind: FactKind;
	/** UTF-8. */
	readonly documents: readonly Uint8Array[];
}

/** What it answers: a fact as JSON for each document, in the same order; or why it can't. */
export type FactsAnswer = { readonly id: number } & ({ readonly facts: readonly string[] } | { readonly error: Error });

// The entry of a thread that reads prompts beside the main one.
parentPort?.on('message', async ({ id, kind, documents }: FactsRequest) => {
	let answer: FactsAnswer;
	try {
		answer = { id, facts: await makeFacts(kind, documents) };
	} catch (error) {
		answer = { id, error: error instanceof Error ? error : new Error(String(error)) };
	}
	parentPort?.postMessage(answer);
});
