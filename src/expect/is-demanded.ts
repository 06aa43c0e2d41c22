import { parseWrittenRegex } from './compile-regex.ts';
import type { Expectation } from './expectation.ts';

/**
 * Tells whether the expectation itself asks for text that makes an error pattern fire, so that the watcher must let it pass. A part
 * of the expectation that would be content with any other text there, such as a line `*` (glob), does not ask for it.
 *
 * @param line - The output line, without colours, perhaps not yet whole.
 * @param pattern - The error pattern: literal text, or `/…/flags`.
 */
export function isDemanded(expectation: Expectation, line: string, pattern: string): boolean {
	const hits = findHits(line, pattern);
	return hits.length > 0 && hits.every((hit) => expectation.matchers.some((matcher) => matcher.demands(line, hit)));
}

/** Every different text of the line that the pattern finds. */
function findHits(line: string, pattern: string): readonly string[] {
	const written = parseWrittenRegex(pattern);
	if (!written) return line.includes(pattern) && pattern !== '' ? [pattern] : [];
	try {
		const regex = new RegExp(written.source, `${written.flags.replace(/[gy]/g, '')}g`);
		return [...new Set([...line.matchAll(regex)].map(([hit]) => hit))].filter((hit) => hit !== '');
	} catch {
		return [];
	}
}
