import type { Diagnostic } from '../core/places.ts';
import type { Expectation } from './expectation.ts';

/**
 * Finds everything wrong with an expectation: its `problems`, and what only a second look shows (whether a JSON Schema is one).
 */
export async function lintExpectation(expectation: Expectation): Promise<readonly Diagnostic[]> {
	const found = await Promise.all(expectation.matchers.map((matcher) => matcher.diagnose?.() ?? []));
	return [...expectation.problems, ...found.flat()];
}
