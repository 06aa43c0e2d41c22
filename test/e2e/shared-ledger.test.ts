import { execFileSync, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { ofKind, readLedger } from '../helpers/ledger-file.ts';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

const PROCESSES = 8;
const RUNS = 200;

const git = (folder: string, ...args: string[]): string =>
	execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
	});

/** Runs `verify a.md` again and again in several processes at once; gives all exit codes. */
async function runMany(sandbox: Sandbox, processes: number, runs: number): Promise<readonly number[]> {
	const program = await bundleProgram('test/helpers/verify-loop.ts');
	const args = [program, String(runs), 'a.md', '--no-html'];
	const env = { ...process.env, XDG_STATE_HOME: sandbox.path('.state'), VERIFY_TEST_SANDBOX: sandbox.folder };
	const outputs = Array.from({ length: processes }, () =>
		text(spawn(process.execPath, args, { cwd: sandbox.folder, env, stdio: ['ignore', 'pipe', 'ignore'] }).stdout),
	);
	const lastLines = (await Promise.all(outputs)).map((output) => output.trimEnd().split('\n').at(-1) ?? '');
	return lastLines.flatMap((line) => JSON.parse(line) as number[]);
}

describe('a ledger that is shared', ({ test }) => {
	test(`by ${PROCESSES} processes at once loses none of ${RUNS} runs`, async () => {
		const sandbox = createSandbox({ 'a.md': promptText([{ command: 'true' }]) });
		const codes = await runMany(sandbox, PROCESSES, RUNS / PROCESSES);
		assert.equal(
			codes,
			Array.from({ length: RUNS }, () => 0),
		);
		assert.is(countsIn(sandbox.read('a.md')), `${RUNS}:0`);
		const records = readLedger(sandbox, 'a.md');
		for (const kind of ['intent', 'result', 'settled'] as const) assert.is(ofKind(records, kind).length, RUNS, kind);
		assert.is(ofKind(records, 'adopt').length, 1);
		const { code, stdout } = await sandbox.verify('audit', 'a.md');
		assert.is(code, 0, stdout);
		sandbox.remove();
	});

	test('by two clones keeps every count when they are merged', async () => {
		const sandbox = createSandbox({ 'origin/a.md': promptText([{ command: 'true' }]) });
		const [origin, clone] = [sandbox.path('origin'), sandbox.path('clone')];
		const verify = async (folder: string): Promise<void> => {
			// Each clone has its own key, as on two machines.
			const env = { XDG_STATE_HOME: `${folder}/.git/state` };
			const reports = ['--reports', `${folder}/.git/reports`, '--transcripts', `${folder}/.git/transcripts`];
			const { code, stderr } = await sandbox.start([`${folder}/a.md`, ...reports], env).finished;
			assert.is(code, 0, stderr);
		};
		const commit = (folder: string): void => {
			git(folder, 'add', '.');
			git(folder, 'commit', '--quiet', '--message', 'Verify');
		};
		git(origin, 'init', '--quiet', '--initial-branch', 'main');
		await verify(origin);
		commit(origin);
		git(sandbox.folder, 'clone', '--quiet', origin, clone);
		for (const _ of [1, 2, 3]) await verify(origin);
		for (const _ of [1, 2]) await verify(clone);
		commit(origin);
		commit(clone);
		git(clone, 'pull', '--quiet', '--no-rebase', '--no-edit', '--strategy-option', 'ours', origin, 'main');

		const names = { read: (file: string) => sandbox.read(`clone/${file}`) };
		const records = readLedger(names, 'a.md');
		assert.is(ofKind(records, 'settled').length, 6);
		assert.is(new Set(records.map(({ hash }) => hash)).size, records.length);
		// The prompt has the counts of one side until the next run derives them again.
		assert.is(countsIn(sandbox.read('clone/a.md')), '3:0');
		await verify(clone);
		assert.is(countsIn(sandbox.read('clone/a.md')), '7:0');
		assert.is(readLedger(names, 'a.md').filter(({ prev }) => prev.length === 2).length, 1);
		const { code, stdout } = await sandbox.verify('audit', 'clone/a.md');
		assert.is(code, 0, stdout);
		sandbox.remove();
	});
});
