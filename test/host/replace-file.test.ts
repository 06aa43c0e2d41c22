import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { replaceFile } from '../../src/host/replace-file.ts';
import { syncFolder } from '../../src/host/sync-folder.ts';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const program = await bundleProgram('test/fixtures/programs/replace-file.ts');

describe('replaceFile()', ({ test }) => {
	test('makes a file, then replaces it and keeps its mode, with nothing left beside it', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'a');
		await replaceFile(path, (fd) => writeFileSync(fd, 'one'), { temporary: `${path}.1` });
		await chmod(path, 0o751);
		// A longer one of a killed process.
		await writeFile(`${path}.2`, 'left by somebody');
		await replaceFile(path, (_, temporary) => writeFile(temporary, 'two', { flag: 'r+' }), { temporary: `${path}.1` });
		await replaceFile(path, (fd) => writeFileSync(fd, 'three'), { temporary: `${path}.2` });
		assert.is(await readFile(path, 'utf8'), 'three');
		assert.is((await stat(path)).mode & 0o7777, 0o751);
		assert.equal(await readdir(folder.path), ['a']);
	});

	test('leaves the file as it was when the content can not be written', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'a');
		await writeFile(path, 'old');
		const fill = (fd: number): void => {
			writeFileSync(fd, 'half');
			throw new Error('no more');
		};
		assert.match(String(await rejection(replaceFile(path, fill, { temporary: `${path}.1` }))), /no more/);
		assert.is(await readFile(path, 'utf8'), 'old');
		assert.equal(await readdir(folder.path), ['a']);
		assert.is(process.listenerCount('SIGHUP'), 0);
	});

	const start = async (path: string, how: string) => {
		const child = spawn(process.execPath, [program, path, how], { stdio: ['ignore', 'pipe', 'inherit'] });
		const ended = once(child, 'exit');
		await once(child.stdout, 'data');
		return { child, ended };
	};

	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		test(`removes the temporary file when ${signal} ends the process`, async () => {
			await using folder = await createTempFolder();
			const path = join(folder.path, 'a');
			await writeFile(path, 'old');
			const { child, ended } = await start(path, '-');
			assert.equal((await readdir(folder.path)).sort(), ['a', 'a.1']);
			child.kill(signal);
			assert.equal(await ended, [null, signal]);
			assert.equal([await readdir(folder.path), await readFile(path, 'utf8')], [['a'], 'old']);
		});
	}

	test('removes it when the process ends itself', async () => {
		await using folder = await createTempFolder();
		const { ended } = await start(join(folder.path, 'a'), 'exit');
		assert.equal(await ended, [7, null]);
		assert.equal(await readdir(folder.path), []);
	});

	test('goes on where somebody else listens to the signal', async () => {
		await using folder = await createTempFolder();
		const { child, ended } = await start(join(folder.path, 'a'), 'deaf');
		child.kill('SIGTERM');
		assert.equal(await ended, [0, null]);
		assert.equal(await readdir(folder.path), ['a']);
	});
});

describe('syncFolder()', ({ test }) => {
	test('serves all who ask at once, and again later', async () => {
		await using folder = await createTempFolder();
		for (let round = 1; round <= 2; round += 1) {
			const all = Array.from({ length: 20 }, async (_, index) => {
				await writeFile(join(folder.path, `draft-${index}`), '');
				await rename(join(folder.path, `draft-${index}`), join(folder.path, `${index}`));
				await syncFolder(folder.path);
			});
			await Promise.all(all);
		}
		assert.is((await readdir(folder.path)).length, 20);
	});

	test('does without where a folder can not be synced', async () => {
		await using folder = await createTempFolder();
		await syncFolder(join(folder.path, 'none'));
	});
});
