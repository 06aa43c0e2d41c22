import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as assert from 'uvu/assert';
import { createFolderWatch } from '../../../src/cli/watch/watch-folders.ts';
import { createWatchedFilesReader } from '../../../src/cli/watch/watched-files.ts';
import { nodeHashes } from '../../../src/host/node-hashes.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

describe('createWatchedFilesReader()', ({ test }) => {
	test('finds what paths and globs name, with another digest for another content', async () => {
		await using folder = await createTempFolder();
		const at = (name: string): string => join(folder.path, name);
		await mkdir(at('src/deep/node_modules'), { recursive: true });
		for (const name of ['src/a.js', 'src/deep/b.js', 'src/deep/node_modules/c.js', 'other.txt'])
			await writeFile(at(name), name);
		const reader = createWatchedFilesReader(nodeHashes);
		const read = async () => (await reader.read(['src/**/*.js', 'other.txt', 'gone.txt'], folder.path)).digests;
		const first = await read();
		const names = [...first.keys()].map((path) => relative(folder.path, path));
		assert.equal(names.sort(), ['other.txt', 'src/a.js', 'src/deep/b.js']);
		await writeFile(at('src/a.js'), 'changed');
		const second = await read();
		const changed = [...second].filter(([path, digest]) => first.get(path) !== digest);
		assert.equal(
			changed.map(([path]) => relative(folder.path, path)),
			['src/a.js'],
		);
	});
	test('names every folder in which a file may come to be, or the nearest that is there', async () => {
		await using folder = await createTempFolder();
		await mkdir(join(folder.path, 'src/deep'), { recursive: true });
		const foldersOf = async (...patterns: string[]) => {
			const { folders } = await createWatchedFilesReader(nodeHashes).read(patterns, folder.path);
			return [...folders].map((path) => relative(folder.path, path)).sort();
		};
		assert.equal(await foldersOf('src/**/*.js'), ['src', 'src/deep']);
		assert.equal(await foldersOf('src/*.js'), ['src']);
		assert.equal(await foldersOf('none/yet/*.js', 'a.txt'), ['']);
	});
});

describe('createFolderWatch()', ({ test }) => {
	test('hears of new, changed and renamed files, also in a folder that was made anew', async () => {
		await using folder = await createTempFolder();
		const inner = join(folder.path, 'inner');
		let hint: () => void = () => {};
		const watch = createFolderWatch(() => hint());
		const heard = async (action: () => Promise<void>): Promise<void> => {
			const next = new Promise<void>((resolve) => {
				hint = resolve;
			});
			await action();
			await next;
		};
		try {
			await mkdir(inner);
			assert.is(watch.follow(new Set([inner])), true);
			assert.is(watch.follow(new Set([inner])), false);
			await heard(() => writeFile(join(inner, 'a'), '1'));
			await heard(() => rename(join(inner, 'a'), join(inner, 'b')));
			await rm(inner, { recursive: true });
			await mkdir(inner);
			watch.follow(new Set([inner]));
			await heard(() => writeFile(join(inner, 'c'), '1'));
			assert.is(watch.follow(new Set([join(folder.path, 'gone')])), true);
		} finally {
			watch.close();
			watch.close();
		}
	});
});
