import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type AppError, isAppError } from '../../src/core/errors.ts';
import { createGitHistory } from '../../src/host/git-history.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

/** A repository with two commits; what stands in them is up to the caller. */
function repository(folder: string): { commit(files: Readonly<Record<string, string>>): void; write: typeof write } {
	const git = (...args: string[]): void =>
		void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
			cwd: folder,
			stdio: 'pipe',
		});
	const write = (name: string, text: string): void => {
		mkdirSync(join(folder, name, '..'), { recursive: true });
		writeFileSync(join(folder, name), text);
	};
	git('init', '-q');
	return {
		write,
		commit(files) {
			for (const [name, text] of Object.entries(files)) write(name, text);
			git('add', '-A', '-f');
			git('commit', '-q', '-m', 'x');
		},
	};
}

describe('createGitHistory()', ({ test }) => {
	test('tells changed, added, deleted and unknown files from those that are as they were', async () => {
		await using folder = await createTempFolder();
		const history = createGitHistory();
		const { commit, write } = repository(folder.path);
		const path = (name: string): string => join(folder.path, name);
		commit({ 'p/same.md': 'a', 'p/changed.md': 'a', 'p/gone.md': 'a', '.gitignore': 'ignored.md', 'ü [x]*.md': 'a' });
		commit({ 'p/committed.md': 'b', 'p/changed.md': 'b' });
		for (const name of ['p/new.md', 'p/ignored.md', 'ü [x]*.md']) write(name, 'c');
		rmSync(path('p/gone.md'));
		const names = ['same', 'changed', 'gone', 'committed', 'new', 'ignored', 'never'].map((name) => `p/${name}.md`);
		const asked = [...names, 'ü [x]*.md', 'p/.ledger/none.jsonl'].map(path);
		const changed = await history.changedSince(asked, 'HEAD~1');
		assert.equal(
			[...changed].sort(),
			['p/changed.md', 'p/gone.md', 'p/committed.md', 'p/new.md', 'p/ignored.md', 'ü [x]*.md'].map(path).sort(),
		);
		assert.equal([...(await history.changedSince([path('p/changed.md')], 'HEAD'))], []);
	});

	test('reads a file as it was, also one that is gone, and knows what never was', async () => {
		await using folder = await createTempFolder();
		const history = createGitHistory();
		const { commit } = repository(folder.path);
		const path = join(folder.path, 'a', '.ledger', 'x.jsonl');
		assert.is(await createGitHistory().hasCommits(path), false);
		commit({ 'a/.ledger/x.jsonl': 'old\r\n' });
		commit({ 'a/.ledger/x.jsonl': 'new' });
		assert.equal(await history.namesAt(join(path, '..'), 'HEAD'), ['x.jsonl']);
		rmSync(join(folder.path, 'a'), { recursive: true });
		assert.is(new TextDecoder().decode((await history.contentAt(path, 'HEAD~1')) ?? undefined), 'old\r\n');
		assert.is(new TextDecoder().decode((await history.contentAt(path, 'HEAD')) ?? undefined), 'new');
		assert.is(await history.contentAt(`${path}.heads`, 'HEAD'), null);
		assert.is(await history.hasCommits(path), true);
		assert.equal(await history.namesAt(join(path, '..'), 'HEAD'), ['x.jsonl']);
		assert.equal(await history.namesAt(folder.path, 'HEAD'), ['a']);
		assert.equal(await history.namesAt(join(folder.path, 'b', 'c'), 'HEAD'), []);
	});

	test('says what is the matter outside of a repository, and with a revision that is none', async () => {
		await using folder = await createTempFolder();
		const refused = async (revision: string): Promise<AppError> => {
			const reason = await rejection(createGitHistory().changedSince([join(folder.path, 'a.md')], revision));
			assert.ok(isAppError(reason) && reason.code === 'USAGE');
			return reason;
		};
		assert.match((await refused('HEAD')).message, /is in no git repository/);
		repository(folder.path).commit({ 'a.md': 'a' });
		for (const revision of ['origin/main', '--output=x', '', 'HEAD:a.md']) {
			assert.match((await refused(revision)).message, /no such commit/, revision);
		}
	});
});
