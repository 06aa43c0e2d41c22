import * as assert from 'uvu/assert';
import { checkLayers } from '../../scripts/checks/check-layers.ts';
import { drawLayers, insertPicture } from '../../scripts/checks/draw-layers.ts';
import { importsOf } from '../../scripts/checks/imports-of.ts';
import type { Room } from '../../scripts/layers.ts';
import { describe } from '../helpers/suite.ts';

const ROOMS: Readonly<Record<string, Room>> = {
	core: { imports: [], isPure: true },
	host: { imports: ['core'], isPure: false },
	cli: { imports: ['core', 'host'], isPure: false },
};
const config = (base: string, ...references: readonly string[]): string =>
	JSON.stringify({
		extends: `../../tsconfig.${base}.json`,
		references: references.map((room) => ({ path: `../${room}` })),
	});
const CONFIGS = {
	'tsconfig.json': JSON.stringify({ references: ['core', 'host', 'cli'].map((room) => ({ path: `src/${room}` })) }),
	'src/core/tsconfig.json': config('pure'),
	'src/host/tsconfig.json': config('base', 'core'),
	'src/cli/tsconfig.json': config('base', 'core', 'host'),
};
const problemsOf = (
	modules: Readonly<Record<string, string>>,
	configs: Readonly<Record<string, string>> = {},
): readonly string[] =>
	checkLayers(ROOMS, {
		modules: new Map(Object.entries(modules)),
		configs: new Map(Object.entries({ ...CONFIGS, ...configs })),
	});

describe('importsOf()', ({ test }) => {
	test('finds imports of every form, and none in comments and texts', () => {
		const source = [
			"import a from 'a';",
			"import {\n\tb,\n\ttype B,\n} from 'b';",
			"import type { C } from 'c';",
			"import 'd';",
			"export { e } from 'e';",
			"export type { F } from 'f';",
			"export * from 'g';",
			"const h = await import('h');",
			"const i = createRequire(import.meta.url)('i') as I;",
			" * import { no } from 'no';",
			" * await import('no');",
			"// import { no } from 'no';",
			'export const text = "import { no } from \'no\';";',
			"export const value = from('no');",
			"export const sum = 1;\nconst x = 'no';",
		].join('\n');
		assert.equal(
			importsOf(source).map(({ from, isType }) => (isType ? `type ${from}` : from)),
			['a', 'b', 'type c', 'd', 'e', 'type f', 'g', 'h', 'i'],
		);
	});
});

describe('checkLayers()', ({ test }) => {
	test('allows what the table allows', () => {
		const modules = {
			'src/core/a.ts': "import { b } from './b.ts';\nimport type { X } from 'mdast';",
			'src/core/b.ts': "import type { A } from './a.ts';",
			'src/host/h.ts': "import { a } from '../core/a.ts';\nimport { readFile } from 'node:fs';",
			'src/cli/c.ts': "const { h } = await import('../host/h.ts');",
		};
		assert.equal(problemsOf(modules), []);
	});

	test('names arrows against the direction, of types and lazy imports too', () => {
		const modules = {
			'src/core/a.ts': "import type { H } from '../host/h.ts';",
			'src/host/h.ts': "const c = await import('../cli/c.ts');",
			'src/cli/c.ts': "export * from '../../scripts/x.ts';",
		};
		assert.equal(problemsOf(modules), [
			'src/core/a.ts: imports src/host/h.ts, but core may not import host',
			'src/host/h.ts: imports src/cli/c.ts, but host may not import cli',
			'src/cli/c.ts: imports scripts/x.ts, which is not in src',
		]);
	});

	test('names host modules in pure rooms and rooms that the table lacks', () => {
		const modules = { 'src/core/a.ts': "import { join } from 'node:path';", 'src/attic/b.ts': '' };
		assert.equal(problemsOf(modules), [
			'src/core/a.ts: imports node:path, but core touches no host',
			'src/attic/b.ts: there is no room attic in scripts/layers.ts',
		]);
	});

	test('names cycles of values, each once', () => {
		const modules = {
			'src/core/a.ts': "import { b } from './b.ts';",
			'src/core/b.ts': "import { type X, c } from './c.ts';",
			'src/core/c.ts': "export { a } from './a.ts';",
			'src/core/d.ts': "import { a } from './a.ts';\nimport { d } from './d.ts';",
		};
		assert.equal(problemsOf(modules), [
			'cycle: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts',
			'cycle: src/core/d.ts → src/core/d.ts',
		]);
	});

	test('names project references that differ from the table', () => {
		const configs = {
			'tsconfig.json': JSON.stringify({ references: [{ path: 'src/core' }, { path: 'src/host' }] }),
			'src/core/tsconfig.json': config('base', 'host'),
			'src/cli/tsconfig.json': config('base', 'core'),
		};
		assert.equal(problemsOf({}, configs), [
			'src/core/tsconfig.json: refers to host, which the table does not allow',
			'src/core/tsconfig.json: extends ../../tsconfig.base.json instead of ../../tsconfig.pure.json',
			'src/cli/tsconfig.json: lacks a reference to host',
			'tsconfig.json: lacks a reference to src/cli',
		]);
	});
});

describe('drawLayers()', ({ test }) => {
	test('draws only the arrows that no other arrow implies', () => {
		const drawn = drawLayers(ROOMS);
		assert.ok(drawn.includes('cli --> host') && drawn.includes('host --> core'));
		assert.not(drawn.includes('cli --> core'));
		assert.ok(drawn.includes('core([core])') && drawn.includes('host[host]'));
	});

	test('stands between its marks, the same when drawn again', () => {
		const page = 'a\n<!-- layers: generated by npm run check:layers -- --write -->\nold\n<!-- /layers -->\nb\n';
		const drawn = insertPicture(page, 'new');
		assert.is(drawn, page.replace('old', 'new'));
		assert.is(insertPicture(drawn, 'new'), drawn);
		assert.throws(() => insertPicture('a', 'new'), /lacks the marks/);
	});
});
