import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readCommit } from '../../src/cli/read-commit.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const git = (cwd: string, ...args: string[]): string =>
	execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
		cwd,
		encoding: 'utf8',
		stdio: 'pipe',
	}).trim();

describe('readCommit()', ({ test }) => {
	test('says what git says: on a branch, packed, detached, in a folder below, in a worktree', async () => {
		await using folder = await createTempFolder();
		const main = join(folder.path, 'main');
		mkdirSync(join(main, 'a/b'), { recursive: true });
		git(main, 'init', '-q');
		assert.is(await readCommit(main), null, 'before the first commit');
		git(main, 'commit', '-q', '--allow-empty', '-m', 'one');
		const one = git(main, 'rev-parse', 'HEAD');
		assert.is(await readCommit(main), one);
		assert.is(await readCommit(join(main, 'a/b')), one);
		git(main, 'pack-refs', '--all');
		assert.is(await readCommit(main), one, 'packed');
		const tree = join(folder.path, 'tree');
		git(main, 'worktree', 'add', '-q', '-b', 'other', tree);
		git(tree, 'commit', '-q', '--allow-empty', '-m', 'two');
		assert.is(await readCommit(tree), git(tree, 'rev-parse', 'HEAD'));
		git(main, 'checkout', '-q', '--detach');
		assert.is(await readCommit(main), one, 'detached');
	});

	test('is null outside of a repository, and where the files say nonsense', async () => {
		await using folder = await createTempFolder();
		assert.is(await readCommit(folder.path), null);
		mkdirSync(join(folder.path, '.git'));
		writeFileSync(join(folder.path, '.git/HEAD'), 'ref: refs/heads/../../../etc/passwd\n');
		assert.is(await readCommit(folder.path), null);
	});
});
