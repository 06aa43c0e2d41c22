import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

/** What must be refused, by file: the rules that the project leans on are shown to fire, with our own settings. */
const FILES: Readonly<Record<string, readonly [text: string, rules: readonly string[]]>> = {
	'src/core/floating.ts': ['const later = async (): Promise<void> => {};\nlater();\n', ['noFloatingPromises']],
	'src/core/misused.ts': [
		'const later = async (): Promise<boolean> => true;\nif (later()) throw new Error("x");\n',
		['noMisusedPromises'],
	],
	'src/core/console.ts': ['console.log(1);\n', ['noConsole']],
	'scripts/console.ts': ['console.log(1);\n', []],
	'test/core/console.test.ts': ['console.log(1);\n', []],
	'src/core/default.ts': ['export default 1;\n', ['noDefaultExport']],
	'src/core/any.ts': ['export const value: any = 1;\n', ['noExplicitAny']],
	'src/core/non-null.ts': [
		'export const first = (list: readonly number[]): number => list[0]!;\n',
		['noNonNullAssertion'],
	],
	'src/core/cycle-a.ts': [
		"import { b } from './cycle-b.ts';\n\nexport const a = (): number => b();\n",
		['noImportCycles'],
	],
	'src/core/cycle-b.ts': [
		"import { a } from './cycle-a.ts';\n\nexport const b = (): number => a();\n",
		['noImportCycles'],
	],
	'test/core/uvu.test.ts': ["import { suite } from 'uvu';\n\nsuite('x').run();\n", ['noRestrictedImports']],
	'test/core/assert.test.ts': ["import * as assert from 'uvu/assert';\n\nassert.ok(true);\n", []],
	'test/helpers/suite.ts': ["import { suite } from 'uvu';\n\nsuite('x').run();\n", []],
};

interface Report {
	readonly diagnostics: readonly {
		readonly category: string;
		readonly location: { readonly path: string | { file: string } };
	}[];
}

describe('biome.json', ({ test }) => {
	test('makes each rule fire where it must, and only there', async () => {
		await using folder = await createTempFolder();
		const settings = JSON.parse(await readFile('biome.json', 'utf8'));
		await writeFile(join(folder.path, 'biome.json'), JSON.stringify({ ...settings, vcs: { enabled: false } }));
		for (const [path, [text]] of Object.entries(FILES)) {
			await mkdir(dirname(join(folder.path, path)), { recursive: true });
			await writeFile(join(folder.path, path), text);
		}
		const biome = resolve('node_modules/.bin/biome');
		const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
		const { stdout, status } = spawnSync(biome, args, { cwd: folder.path, encoding: 'utf8' });
		assert.is(status, 1);
		const found = (JSON.parse(stdout) as Report).diagnostics.map(({ category, location: { path } }) => [
			typeof path === 'string' ? path : path.file,
			category.split('/').at(-1),
		]);
		for (const [path, [, rules]] of Object.entries(FILES)) {
			const fired = found.filter(([file]) => file?.endsWith(path)).map(([, rule]) => rule);
			assert.equal([...new Set(fired)], rules, path);
		}
	});
});
