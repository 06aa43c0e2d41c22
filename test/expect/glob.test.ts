import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { compileGlob } from '../../src/expect/glob.ts';
import { describe } from '../helpers/suite.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '\\', '[', '💥', '\n'), maxLength: 12 });

/** The definition, by trying everything. */
function isGlob(pattern: string, subject: readonly string[]): boolean {
	if (pattern === '') return subject.length === 0;
	if (pattern.startsWith('*')) {
		return isGlob(pattern.slice(1), subject) || (subject.length > 0 && isGlob(pattern, subject.slice(1)));
	}
	if (pattern.startsWith('?')) return subject.length > 0 && isGlob(pattern.slice(1), subject.slice(1));
	const isEscaped = /^\\[*?\\]/.test(pattern);
	const char = [...pattern][isEscaped ? 1 : 0] ?? '';
	return subject[0] === char && isGlob(pattern.slice(char.length + (isEscaped ? 1 : 0)), subject.slice(1));
}

describe('compileGlob()', ({ test }) => {
	for (const [pattern, subject, expected] of [
		['listening on *:????', 'listening on localhost:8080', true],
		['listening on *:????', 'listening on localhost:80', false],
		['*', '', true],
		['?', '', false],
		['?', '💥', true],
		['a\\*b', 'a*b', true],
		['a\\*b', 'axb', false],
		['[ab]', 'a', false],
		['C:\\dir', 'C:\\dir', true],
		['*.txt', 'a.txt.bak', false],
	] as const) {
		test(`${expected ? 'matches' : 'does not match'} ${subject} by ${pattern}`, () => {
			assert.is(compileGlob(pattern)(subject), expected);
		});
	}

	test('agrees with the definition', () => {
		fc.assert(
			fc.property(text, text, (pattern, subject) => {
				assert.is(compileGlob(pattern)(subject), isGlob(pattern, [...subject]));
			}),
			{ numRuns: 2000 },
		);
	});

	test('answers soon where backtracking would not', () => {
		assert.not(compileGlob(`${'*a'.repeat(30)}b`)('a'.repeat(20_000)));
	});
});
