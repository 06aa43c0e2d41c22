import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as assert from 'uvu/assert';
import { executorKeyPath, loadExecutorKey } from '../../src/host/load-executor-key.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

describe('executorKeyPath()', ({ test }) => {
	test('follows XDG_STATE_HOME, but no relative one', () => {
		assert.is(executorKeyPath({ XDG_STATE_HOME: '/s', HOME: '/h' }), '/s/tenfold/executor.key');
		assert.is(executorKeyPath({ XDG_STATE_HOME: 's', HOME: '/h' }), '/h/.local/state/tenfold/executor.key');
		assert.is(executorKeyPath({ HOME: '/h' }), '/h/.local/state/tenfold/executor.key');
		assert.match(executorKeyPath({ HOME: '' }), /^\/.*\.local\/state\/tenfold\/executor\.key$/);
	});
});

describe('loadExecutorKey()', ({ test }) => {
	test('makes a key for this user alone, and finds it again', async () => {
		await using folder = await createTempFolder();
		const env = { XDG_STATE_HOME: join(folder.path, 'new', 'state') };
		const first = await loadExecutorKey(env);
		assert.is(first.problem, null);
		assert.is((await loadExecutorKey(env)).signer.publicKey(), first.signer.publicKey());
		assert.is((await stat(executorKeyPath(env))).mode & 0o777, 0o600);
		assert.equal(await readdir(join(env.XDG_STATE_HOME, 'tenfold')), ['executor.key']);
	});

	test('gives one key to processes that make it at once', async () => {
		await using folder = await createTempFolder();
		const program = `import { loadExecutorKey } from './src/host/load-executor-key.ts';
			const key = await loadExecutorKey(process.env);
			process.stdout.write(JSON.stringify([key.signer.publicKey(), key.problem]));`;
		const args = ['--import', 'tsx', '--input-type=module', '-e', program];
		const answers = await Promise.all(
			[1, 2, 3, 4].map(() =>
				text(
					spawn(process.execPath, args, {
						env: { ...process.env, XDG_STATE_HOME: folder.path },
						stdio: ['ignore', 'pipe', 'inherit'],
					}).stdout,
				),
			),
		);
		assert.is(new Set(answers).size, 1);
		assert.is(JSON.parse(answers[0] ?? '')[1], null);
		assert.equal(await readdir(join(folder.path, 'tenfold')), ['executor.key']);
	});

	test('signs with a passing key where none can be kept, and says why', async () => {
		await using folder = await createTempFolder();
		await writeFile(join(folder.path, 'tenfold'), 'a file where a folder belongs');
		const keys = await Promise.all([1, 2].map(() => loadExecutorKey({ XDG_STATE_HOME: folder.path })));
		assert.is.not(keys[0]?.signer.publicKey(), keys[1]?.signer.publicKey());
		assert.match(keys[0]?.problem?.message ?? '', /^Cannot .* the key .*: the system says ENOTDIR; this run is signed/);
	});

	test('does not trust a key that others may read', async () => {
		await using folder = await createTempFolder();
		const env = { XDG_STATE_HOME: folder.path };
		const kept = await loadExecutorKey(env);
		await chmod(executorKeyPath(env), 0o644);
		const { signer, problem } = await loadExecutorKey(env);
		assert.is.not(signer.publicKey(), kept.signer.publicKey());
		assert.match(problem?.advice ?? '', /^Run chmod 600 /);
	});

	test('does not replace what is no key', async () => {
		await using folder = await createTempFolder();
		const env = { XDG_STATE_HOME: folder.path };
		await mkdir(join(folder.path, 'tenfold'));
		await writeFile(executorKeyPath(env), 'torn', { mode: 0o600 });
		assert.match((await loadExecutorKey(env)).problem?.message ?? '', /it is no private key in PEM/);
	});
});
