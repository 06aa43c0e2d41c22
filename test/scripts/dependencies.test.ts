import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { globSync } from 'tinyglobby';
import * as assert from 'uvu/assert';
import { importsOf } from '../../scripts/checks/imports-of.ts';
import { describe } from '../helpers/suite.ts';

interface Row {
	readonly name: string;
	readonly places: readonly string[];
	readonly node: string;
}

const manifest = JSON.parse(await readFile('package.json', 'utf8'));
const page = await readFile('docs/dependencies.md', 'utf8');

function rowsOf(heading: string): readonly Row[] {
	const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
	return section.split('\n').flatMap((line) => {
		const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
		const name = /^`([^`]+)`$/.exec(cells[1] ?? '')?.[1];
		if (name === undefined) return [];
		assert.ok(cells.length === 7 && cells.slice(1, 6).every((cell) => cell !== ''), `${name}: five cells, none empty`);
		const places = [...(cells[3] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
		return [{ name, places, node: (cells[5] ?? '').replaceAll('\\|', '|') }];
	});
}

const isIn = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`);
/** `ws`, `uvu/assert`, `@scope/name/part`. */
const packageOf = (from: string): string =>
	from
		.split('/')
		.slice(0, from.startsWith('@') ? 2 : 1)
		.join('/');

describe('docs/dependencies.md', ({ test }) => {
	const runtime = rowsOf('At run time');
	const development = rowsOf('For development');

	test('has a row for each dependency and no other, in order', () => {
		assert.equal(
			runtime.map(({ name }) => name),
			Object.keys(manifest.dependencies),
		);
		assert.equal(
			development.map(({ name }) => name),
			Object.keys(manifest.devDependencies),
		);
	});

	test('names exactly the places that import each package', async () => {
		const importers = new Map<string, string[]>();
		for (const path of globSync(['src/**/*.{ts,tsx}', 'test/**/*.ts', 'scripts/**/*.ts'], {
			ignore: 'test/fixtures/**',
		})) {
			for (const { from } of importsOf(await readFile(path, 'utf8'))) {
				if (/^[@a-z]/.test(from)) importers.set(packageOf(from), [...(importers.get(packageOf(from)) ?? []), path]);
			}
		}
		for (const { name, places } of [...runtime, ...development]) {
			for (const place of places) assert.ok(existsSync(place), `${name}: ${place} does not exist`);
			const users = importers.get(name) ?? [];
			const sources = users.filter((path) => path.startsWith('src/'));
			const strays = sources.filter((path) => !places.some((place) => isIn(path, place)));
			assert.equal(strays, [], `${name} is imported in places that its row does not name`);
			if (users.length === 0) continue;
			const idle = places.filter((place) => !users.some((path) => isIn(path, place)));
			assert.equal(idle, [], `${name} is not imported in places that its row names`);
		}
		const unused = runtime.filter(({ name }) => !importers.has(name)).map(({ name }) => name);
		assert.equal(unused, [], 'imported nowhere');
	});

	test('gives the Node range of each package as the package does, and pins its version', async () => {
		const versions = { ...manifest.dependencies, ...manifest.devDependencies };
		for (const { name, node } of [...runtime, ...development]) {
			const installed = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
			assert.is(node, installed.engines?.node ?? 'any', name);
			assert.is(versions[name], installed.version, `${name} is pinned to what is installed`);
		}
	});
});
