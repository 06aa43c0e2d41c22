import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, chown, link, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { isAppError } from '../../src/core/errors.ts';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const files = createNodeFiles();
const append = (text: string) => (current: Uint8Array) => Buffer.concat([current, Buffer.from(text)]);
const isRoot = process.getuid?.() === 0;

async function codeOf(promise: Promise<unknown>): Promise<string> {
	const error = await rejection(promise);
	if (!isAppError(error)) throw error;
	return `${error.code}: ${error.message}`;
}

describe('createNodeFiles().update()', ({ test }) => {
	test('writes what edit returns and leaves nothing beside the file', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'a prompt.md');
		await writeFile(path, 'one');
		assert.is(await files.update(path, append(' two')), 'written');
		assert.is(await readFile(path, 'utf8'), 'one two');
		assert.equal(await readdir(folder.path), ['a prompt.md']);
	});

	test('leaves the file untouched when edit returns null or the same bytes', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, 'one');
		const before = await stat(path);
		assert.is(await files.update(path, () => null), 'unchanged');
		assert.is(await files.update(path, (current) => Buffer.from(current)), 'unchanged');
		const after = await stat(path);
		assert.equal([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
		assert.equal(await readdir(folder.path), ['p.md']);
	});

	test('lets an error of edit through and releases the lock', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, 'one');
		const bug = new RangeError('bug');
		const failing = files.update(path, () => {
			throw bug;
		});
		assert.is(await rejection(failing), bug);
		assert.equal(await readdir(folder.path), ['p.md']);
		assert.is(await files.update(path, append('!')), 'written');
	});

	test('gives way to who saves the file while the new text is on its way, and edits what was saved', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, 'one');
		const seen: string[] = [];
		const result = await files.update(path, (current) => {
			seen.push(Buffer.from(current).toString());
			// As an editor does, in both ways: into the file, and by another one in its place.
			if (seen.length === 1) writeFileSync(path, 'two');
			if (seen.length === 2) {
				writeFileSync(join(folder.path, 'draft'), 'six');
				renameSync(join(folder.path, 'draft'), path);
			}
			return append('!')(current);
		});
		assert.equal([result, seen, await readFile(path, 'utf8')], ['written', ['one', 'two', 'six'], 'six!']);
		assert.equal(await readdir(folder.path), ['p.md']);
	});

	test('brings no file back that was removed while the new text was on its way', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, 'one');
		const removing = files.update(path, (current) => {
			rmSync(path);
			return append('!')(current);
		});
		assert.match(await codeOf(removing), /^FILE_MISSING/);
		assert.equal(await readdir(folder.path), []);
	});

	test('gives up where a file never rests, and leaves it as it is', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, '');
		let saved = 0;
		const restless = files.update(path, (current) => {
			saved += 1;
			writeFileSync(path, String(saved));
			return append('!')(current);
		});
		assert.is(
			await codeOf(restless),
			`FILE_WRITE_FAILED: Cannot write ${path}: something else has written it ${saved} times meanwhile`,
		);
		assert.equal([await readFile(path, 'utf8'), await readdir(folder.path)], [String(saved), ['p.md']]);
	});

	test('keeps mode and owner', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, 'one');
		await chmod(path, 0o640);
		if (isRoot) await chown(path, 1234, 4321);
		const before = await stat(path);
		await files.update(path, append('!'));
		const after = await stat(path);
		assert.equal([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
	});

	test('follows symbolic links and keeps them', async () => {
		await using folder = await createTempFolder();
		await mkdir(join(folder.path, 'real'));
		const real = join(folder.path, 'real', 'p.md');
		const alias = join(folder.path, 'alias.md');
		await writeFile(real, '');
		await symlink(join('real', 'p.md'), alias);
		await Promise.all(Array.from({ length: 20 }, (_, index) => files.update(index % 2 ? real : alias, append('x'))));
		assert.ok((await lstat(alias)).isSymbolicLink());
		assert.is(await readFile(real, 'utf8'), 'x'.repeat(20));
		assert.equal(
			[await readdir(folder.path), await readdir(join(folder.path, 'real'))],
			[['alias.md', 'real'], ['p.md']],
		);
	});

	test('serves many waiters of one process without a deadlock, each in turn', async () => {
		await using folder = await createTempFolder();
		const paths = Array.from({ length: 12 }, (_, index) => join(folder.path, `${index}.md`));
		await Promise.all(paths.map((path) => writeFile(path, '')));
		// Two stores do not share their queues, so they meet at the kernel's locks.
		const other = createNodeFiles();
		await Promise.all(
			paths.flatMap((path) =>
				Array.from({ length: 8 }, (_, index) => (index % 2 ? files : other).update(path, append('x'))),
			),
		);
		assert.equal(
			await Promise.all(paths.map((path) => readFile(path, 'utf8'))),
			paths.map(() => 'x'.repeat(8)),
		);
	});

	test('refuses what is not a file, with its code and words', async () => {
		await using folder = await createTempFolder();
		const missing = join(folder.path, 'missing.md');
		const circle = join(folder.path, 'circle.md');
		const pipe = join(folder.path, 'pipe.md');
		await symlink('circle.md', circle);
		execFileSync('mkfifo', [pipe]);
		assert.is(
			await codeOf(files.update(missing, append('x'))),
			`FILE_MISSING: Cannot read ${missing}: there is no such file`,
		);
		assert.is(
			await codeOf(files.update(folder.path, append('x'))),
			`FILE_NOT_A_FILE: Cannot read ${folder.path}: it is a folder, a file is wanted`,
		);
		assert.match(await codeOf(files.update(pipe, append('x'))), /^FILE_NOT_A_FILE: .* it is a pipe/);
		assert.match(await codeOf(files.update(circle, append('x'))), /^FILE_UNREADABLE: .* lead in a circle$/);
		assert.match(await codeOf(files.read(join(missing, 'below.md'))), /^FILE_MISSING/);
		assert.match(await codeOf(files.read(pipe)), /^FILE_NOT_A_FILE/);
	});

	test('respects permission bits, for root too', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await writeFile(path, 'one');
		await chmod(path, 0o444);
		assert.is(
			await codeOf(files.update(path, append('x'))),
			`FILE_READ_ONLY: Cannot write ${path}: its mode is 0444, read-only`,
		);
		await chmod(path, 0o000);
		assert.match(await codeOf(files.update(path, append('x'))), /^FILE_UNREADABLE: .* its permissions forbid it$/);
		assert.match(await codeOf(files.read(path)), /^FILE_UNREADABLE/);
		await chmod(path, 0o644);
		await chmod(folder.path, 0o555);
		assert.is(
			await codeOf(files.update(path, append('x'))),
			`FILE_READ_ONLY: Cannot write ${path}: its folder has mode 0555, read-only`,
		);
		await chmod(folder.path, 0o755);
		assert.is(await readFile(path, 'utf8'), 'one');
		assert.equal(await readdir(folder.path), ['p.md']);
	});

	test('never removes files of the user that look like temporary ones', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		await Promise.all(
			['p.md', 'p.md.2024', 'p.md.1', '.p.md.lock'].map((name) => writeFile(join(folder.path, name), '')),
		);
		await writeFile(join(folder.path, 'p.md.77'), 'kept');
		await files.update(path, append('x'));
		assert.equal(await readdir(folder.path), ['p.md', 'p.md.1', 'p.md.2024', 'p.md.77']);
	});

	test('removes exactly what a killed writer noted in its lock', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'p.md');
		for (const name of ['p.md', 'p.md.11', 'p.md.22', 'other.md.11']) await writeFile(join(folder.path, name), 'text');
		await writeFile(join(folder.path, '.p.md.lock'), 'locked\np.md.11\nother.md.11\n../p.md.22\n');
		await files.update(path, append('x'));
		assert.equal(await readdir(folder.path), ['other.md.11', 'p.md', 'p.md.22']);
	});

	test('keeps the other name of a hard link as it was', async () => {
		await using folder = await createTempFolder();
		const [path, twin] = [join(folder.path, 'p.md'), join(folder.path, 'twin.md')];
		await writeFile(path, 'one');
		await link(path, twin);
		await files.update(path, append('!'));
		assert.equal([await readFile(path, 'utf8'), await readFile(twin, 'utf8')], ['one!', 'one']);
	});
});

describe('createNodeFiles().write()', ({ test }) => {
	test('says that a file stands where a folder is wanted', async () => {
		await using folder = await createTempFolder();
		await writeFile(join(folder.path, 'file'), '');
		for (const path of [join(folder.path, 'file/run.json'), join(folder.path, 'file/below/run.json')]) {
			const wanted = `FILE_WRITE_FAILED: Cannot write ${path}: a file stands where one of its folders is wanted`;
			assert.is(await codeOf(files.write(path, '')), wanted);
		}
	});

	test('makes folders and replaces the file whole', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'a', 'b', 'run.json');
		await files.write(path, 'a long first text');
		await files.write(path, Buffer.from('second'));
		assert.is(await readFile(path, 'utf8'), 'second');
		assert.equal(await readdir(join(folder.path, 'a', 'b')), ['run.json']);
	});

	test('takes blocks, and asks for each while the one before is on its way', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'run.json');
		const texts = Array.from({ length: 5 }, (_, index) => String(index).repeat(700_000));
		await files.write(path, texts.map((text) => Buffer.from(text)).values());
		assert.is(await readFile(path, 'utf8'), texts.join(''));
		await files.write(path, []);
		assert.is(await readFile(path, 'utf8'), '');
	});

	test('leaves the file as it was when a block cannot be made', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'run.json');
		await files.write(path, 'first');
		const cause = new Error('no more');
		const blocks = function* (): Generator<Uint8Array> {
			yield Buffer.from('half');
			throw cause;
		};
		const error = await rejection(files.write(path, blocks()));
		assert.ok(isAppError(error) && error.code === 'FILE_WRITE_FAILED' && error.cause === cause, String(error));
		assert.is(await readFile(path, 'utf8'), 'first');
		assert.equal(await readdir(folder.path), ['run.json']);
	});

	test('fails as FILE_WRITE_FAILED where a folder cannot be made', async () => {
		await using folder = await createTempFolder();
		await writeFile(join(folder.path, 'file'), '');
		const error = await rejection(files.write(join(folder.path, 'file', 'run.json'), 'x'));
		assert.ok(isAppError(error) && error.code === 'FILE_WRITE_FAILED', String(error));
	});
});
