import { createInterface } from 'node:readline/promises';
import type { Io } from './io.ts';

/** Asks the person at the terminal. */
export interface Asker {
	/** @returns What was typed, trimmed; `fallback` for an empty line. Rejects when the terminal goes away. */
	ask(question: string, fallback: string): Promise<string>;
	close(): void;
}

/** Tells whether somebody is there to answer: a terminal on both sides, and no CI. */
export const canAsk = (io: Io): boolean => process.stdin.isTTY === true && io.isErrTty && !io.env.CI;

/** Opens the terminal for questions. They go to stderr: stdout is for results. Whoever opens it closes it. */
export function openAsker(): Asker {
	const lines = createInterface({ input: process.stdin, output: process.stderr });
	const aborter = new AbortController();
	// Ctrl-D and Ctrl-C would leave the question open for ever.
	lines.once('close', () => aborter.abort());
	return {
		async ask(question, fallback) {
			const shown = fallback === '' ? question : `${question} [${fallback}]`;
			const answer = await lines.question(`${shown}: `, { signal: aborter.signal });
			return answer.trim() || fallback;
		},
		close: () => lines.close(),
	};
}
