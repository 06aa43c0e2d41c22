import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { createRepositoryPath } from '../../../src/cli/ci/repository-path.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

describe('createRepositoryPath()', ({ test }) => {
	test('gives paths from the root that the server names', async () => {
		await using folder = await createTempFolder();
		const cwd = join(folder.path, 'docs');
		mkdirSync(cwd);
		for (const env of [{ GITHUB_WORKSPACE: folder.path }, { CI_PROJECT_DIR: folder.path }]) {
			const toRepositoryPath = createRepositoryPath({ env, cwd });
			assert.is(toRepositoryPath('a.md'), 'docs/a.md');
			assert.is(toRepositoryPath('./x/../a.md'), 'docs/a.md');
			assert.is(toRepositoryPath(join(cwd, 'a.md')), 'docs/a.md');
			assert.is(toRepositoryPath('../..a.md'), '..a.md');
		}
	});
	test('gives paths from the working directory where no server does', async () => {
		await using folder = await createTempFolder();
		assert.is(createRepositoryPath({ env: {}, cwd: folder.path })('./prompts/a.md'), 'prompts/a.md');
	});
	test('leaves alone what is outside of the root', async () => {
		await using folder = await createTempFolder();
		const toRepositoryPath = createRepositoryPath({ env: {}, cwd: folder.path });
		for (const file of ['../a.md', '/etc/a.md', '.']) assert.is(toRepositoryPath(file), file);
	});
	test('finds its way when the root is reached by a link', async () => {
		await using folder = await createTempFolder();
		mkdirSync(join(folder.path, 'real'));
		symlinkSync('real', join(folder.path, 'link'));
		const env = { GITHUB_WORKSPACE: join(folder.path, 'link') };
		assert.is(createRepositoryPath({ env, cwd: join(folder.path, 'real') })('a.md'), 'a.md');
	});
});
