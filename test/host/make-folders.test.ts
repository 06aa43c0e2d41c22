import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { makeFolders } from '../../src/host/make-folders.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const codeOf = (work: () => void): unknown => {
	try {
		work();
	} catch (error) {
		return (error as NodeJS.ErrnoException).code;
	}
	return null;
};

describe('makeFolders()', ({ test }) => {
	test('makes every level that is missing, and leaves what is there as it is', async () => {
		await using folder = await createTempFolder();
		const deep = join(folder.path, 'a', 'b', 'c');
		makeFolders(deep, 0o700);
		assert.is(statSync(deep).mode & 0o777, 0o700);
		assert.is(statSync(join(folder.path, 'a')).mode & 0o777, 0o700);
		makeFolders(deep);
		assert.is(statSync(deep).mode & 0o777, 0o700);
	});

	test('goes through links to folders', async () => {
		await using folder = await createTempFolder();
		makeFolders(join(folder.path, 'real'));
		symlinkSync('real', join(folder.path, 'link'));
		makeFolders(join(folder.path, 'link'));
		makeFolders(join(folder.path, 'link', 'below'));
		assert.ok(existsSync(join(folder.path, 'real', 'below')));
	});

	test('says so when a file stands in the way, at the end or before it', async () => {
		await using folder = await createTempFolder();
		const file = join(folder.path, 'file');
		writeFileSync(file, '');
		assert.is(
			codeOf(() => makeFolders(file)),
			'EEXIST',
		);
		assert.is(
			codeOf(() => makeFolders(join(file, 'below', 'it'))),
			'ENOTDIR',
		);
	});

	if (existsSync('/proc/self')) {
		test('says so where a folder is there and nothing can be made in it', () => {
			assert.is(
				codeOf(() => makeFolders('/proc/none/of/them')),
				'ENOENT',
			);
		});
	}
});
