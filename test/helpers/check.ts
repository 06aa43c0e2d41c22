import * as fc from 'fast-check';

/**
 * Checks a property; for asynchronous ones await `fc.assert` itself.
 *
 * @throws {Error} With the smallest counterexample and the seed that finds it again.
 */
export function check<T>(property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): void {
	// For a synchronous property it returns nothing; its type says "perhaps a promise".
	void fc.assert(property, parameters);
}
