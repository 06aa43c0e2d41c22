import { toRegExp } from '../core/text-pattern.ts';
import type { Expectation } from './expectation.ts';

/**
 * Tells whether the expectation itself asks for text that makes an error pattern fire, so that the watcher must let it pass. A part
 * of the expectation that would be content with any other text there, such as a line `*` (glob), does not ask for it.
 *
 * @param line - The output line, without colours, perhaps not yet whole.
 * @param pattern - The error pattern: literal text, or `/…/flags`.
 * @throws {SyntaxError} `pattern` is a broken regular expression.
 */
export function isDemanded(expectation: Expectation, line: string, pattern: string): boolean {
	const hits = findHits(line, pattern);
	return hits.length > 0 && hits.every((hit) => expectation.matchers.some((matcher) => matcher.demands(line, hit)));
}

/** Every different text of the line that the pattern finds. */
function findHits(line: string, pattern: string): readonly string[] {
	const { source, flags } = toRegExp(pattern);
	const hits = [...line.matchAll(new RegExp(source, `${flags}g`))].map(([hit]) => hit);
	return [...new Set(hits)].filter((hit) => hit !== '');
}
