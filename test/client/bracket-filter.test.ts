import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createBracketFilter } from '../../src/client/bracket-filter.ts';
import type { Marker } from '../../src/core/ids.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const M = 'MARKER_x_1_0123456789ABCDEFGHJKMNPQRS' as Marker;
const begin = `${M} begin\n`;
const end = (code: number): string => `\n${M} end ${code}\n`;

/** Feeds a text in pieces of the given sizes. */
function filter(text: string, sizes: readonly number[] = []) {
	const filtered = createBracketFilter(M);
	let told = '';
	let at = 0;
	for (const size of [...sizes, text.length]) {
		const piece = text.slice(at, at + size);
		if (piece !== '') told += filtered.add('stdout', piece);
		at += size;
	}
	const { rest, bracket, exitCode } = filtered.end();
	return { text: told + rest, bracket, exitCode };
}

describe('createBracketFilter()', ({ test }) => {
	test('takes the bracket off, wherever the text is cut', () => {
		const line = fc.constantFrom('a', '\n', '\n\n', M, `\n${M} end `, '7', `${M} begin\n`, `\n${M} end 3\n`, 'é');
		const body = fc.array(line, { maxLength: 8 }).map((parts) => parts.join(''));
		const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 40 });
		check(
			fc.property(body, fc.nat({ max: 255 }), sizes, (text, code, cuts) => {
				assert.equal(filter(begin + text + end(code), cuts), { text, bracket: 'whole', exitCode: code });
			}),
			{ numRuns: 2000 },
		);
	});

	test('loses nothing of a text without bracket, or with half of one', () => {
		assert.equal(filter('plain\n'), { text: 'plain\n', bracket: 'none', exitCode: null });
		assert.equal(filter(''), { text: '', bracket: 'none', exitCode: null });
		assert.equal(filter('MARK'), { text: 'MARK', bracket: 'none', exitCode: null });
		assert.equal(filter(`${begin}cut`), { text: 'cut', bracket: 'cut', exitCode: null });
		assert.equal(filter(`${begin}cut\n${M} en`), { text: `cut\n${M} en`, bracket: 'cut', exitCode: null });
		assert.equal(filter(`x${end(0)}`), { text: 'x', bracket: 'cut', exitCode: 0 });
	});

	test('an end line that is not last is output', () => {
		assert.equal(filter(`${begin}${end(0)}more`), { text: `${end(0)}more`, bracket: 'cut', exitCode: null });
	});

	test('tells output at once as far as it is certain', () => {
		const filtered = createBracketFilter(M);
		assert.is(filtered.add('stdout', begin), '');
		assert.is(filtered.add('stdout', 'line\n'), 'line');
		assert.is(filtered.add('stdout', 'next'), '\nnext');
		assert.is(filtered.add('stderr', 'error\n'), 'error\n');
	});
});
