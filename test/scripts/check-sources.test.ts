import * as assert from 'uvu/assert';
import { checkDocs } from '../../scripts/checks/check-docs.ts';
import { checkSize } from '../../scripts/checks/check-size.ts';
import { describe } from '../helpers/suite.ts';

describe('checkDocs()', ({ test }) => {
	test('wants a docstring on every exported declaration', () => {
		const declarations = [
			'export function f(): void {}',
			'export async function g(): Promise<void> {}',
			'export function* h(): Generator<string> {}',
			'export const c = 1;',
			'export class K {}',
			'export abstract class L {}',
			'export interface I {}',
			'export type T = string;',
		];
		for (const declaration of declarations) {
			const name = / (\w+)[ (:=]/.exec(declaration.replace(/function\*|async|abstract/g, ''))?.[1];
			assert.is(checkDocs('a.ts', `\n${declaration}`).length, 1, declaration);
			assert.match(checkDocs('a.ts', `\n${declaration}`)[0] ?? '', /^a\.ts:2: \w+ has no docstring$/, name);
			assert.equal(checkDocs('a.ts', `/** Does it. */\n${declaration}`), []);
			assert.equal(checkDocs('a.ts', `/**\n * Does it.\n */\n// biome-ignore lint: a reason\n${declaration}`), []);
			for (const other of ['// Does it.', '/* Does it. */', '/** */', '/** Does it. */\n']) {
				assert.is(checkDocs('a.ts', `${other}\n${declaration}`).length, 1, other);
			}
		}
	});

	test('leaves inner names and further overloads alone', () => {
		assert.equal(checkDocs('a.ts', 'function f() {}\nconst x = 1;\ntype T = 1;'), []);
		assert.equal(checkDocs('a.ts', '/** Does it. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;'), []);
	});
});

describe('checkSize()', ({ test }) => {
	const lines = (count: number): string => 'x\n'.repeat(count);

	test('allows 400 lines', () => {
		assert.equal(checkSize(new Map([['a.ts', lines(400)]]), {}), []);
		assert.match(checkSize(new Map([['a.ts', lines(401)]]), {})[0] ?? '', /^a\.ts: 401 lines, 400 is the limit/);
	});

	test('takes exceptions, and names those that are not needed any more', () => {
		assert.equal(checkSize(new Map([['a.ts', lines(900)]]), { 'a.ts': 'a table' }), []);
		assert.match(
			checkSize(new Map([['a.ts', lines(9)]]), { 'a.ts': 'a table' })[0] ?? '',
			/is listed as long .* but is not$/,
		);
		assert.is(checkSize(new Map(), { 'gone.ts': 'a table' }).length, 1);
	});
});
