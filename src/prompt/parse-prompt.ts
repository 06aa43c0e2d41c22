import type { Prompt } from './prompt.ts';
import { readPrompt } from './read-prompt.ts';
import { scanTree } from './scan/scan-tree.ts';

/**
 * Understands a markdown prompt: metrics, steps, directives, implementation, history. Samples inside code blocks and comments are none.
 * Never throws: what is wrong stands in `problems` of the prompt and of its steps.
 *
 * @param source - The document as it stands in the file, a byte order mark included.
 * @returns All places are offsets, lines and columns of `source`.
 */
export function parsePrompt(source: string): Prompt {
	return readPrompt(scanTree(source), source);
}
