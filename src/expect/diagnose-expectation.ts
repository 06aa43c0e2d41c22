import type { Diagnostic } from '../core/places.ts';
import type { Expectation } from './expectation.ts';

/** Tells expectations that {@link diagnoseExpectation} may find something in: few. */
export const isDiagnosable = ({ matchers }: Expectation): boolean =>
	matchers.some(({ diagnose }) => diagnose !== undefined);

/**
 * Finds what is wrong with an expectation beside its `problems`: what takes longer than compiling, such as whether a JSON Schema is
 * one. For `lint`; a run finds out when it judges.
 */
export async function diagnoseExpectation(expectation: Expectation): Promise<readonly Diagnostic[]> {
	const found = await Promise.all(expectation.matchers.map((matcher) => matcher.diagnose?.() ?? []));
	return found.flat();
}
