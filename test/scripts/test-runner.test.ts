import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../helpers/bundle-program.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const runner = await bundleProgram('scripts/test.ts');

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
	spawn(process.execPath, [runner, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });

async function finish(
	child: ChildProcess,
): Promise<{ readonly exitCode: number | null; readonly lines: readonly string[] }> {
	let text = '';
	for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk) => (text += chunk));
	const [exitCode] = await once(child, 'close');
	return { exitCode, lines: text.trimEnd().split('\n') };
}

/** What each fixture's line must say; every one of them would be green, or hang, under uvu alone or a careless runner. */
const COMPLAINTS: Readonly<Record<string, RegExp>> = {
	'assertion-fails': /1 of 2 failed/,
	'async-define': /no suite was run/,
	empty: /no suite was run/,
	'exit-code': /exit code 9 though all tests passed/,
	'exits-before-start': /ended after 0 of 1 tests with exit code 0/,
	'exits-early': /ended after 1 of 3 tests/,
	'forgot-run': /no suite was run/,
	'hook-after-each-throws': /a hook of bad failed/,
	'hook-after-throws': /a hook of bad failed/,
	'hook-before-each-throws': /1 of 1 failed, a hook of bad failed/,
	'hook-before-throws': /1 of 1 failed, a hook of bad failed/,
	'late-describe': /exit code 1 though all tests passed/,
	'leaves-process': process.platform === 'linux' ? /left processes behind: sleep 987/ : /^/,
	'no-tests': /no test ran/,
	'prints-much': /1 of 1 failed/,
	'prints-success': /no suite was run/,
	'rejects-late': /exit code 1 though all tests passed/,
	'stays-open': /the tests are done, but the process stays: .*Timeout/,
	'test-hangs': /1 of 1 failed/,
	'throws-at-top': /ended after 0 of 1 tests/,
	'throws-text': /2 of 2 failed/,
	'uvu-only': /no suite was run/,
};

describe('scripts/test.ts', ({ test }) => {
	test('fails each file that is green by accident, and no other', async () => {
		const args = ['--glob', 'test/fixtures/runner/*.ts', '--test-limit', '0.3'];
		const { exitCode, lines } = await finish(start(args, { TEST_LINGER_MS: '300', TEST_LEAVE_MS: '300' }));
		const names = (await readdir('test/fixtures/runner')).map((name) => name.replace(/\.ts$/, '')).sort();
		assert.equal(names, [...Object.keys(COMPLAINTS), 'good'].sort());
		for (const [name, complaint] of Object.entries(COMPLAINTS)) {
			const line = lines.find((text) => text.startsWith(`FAIL  test/fixtures/runner/${name}.ts  `));
			assert.match(line ?? `no line for ${name}`, complaint);
		}
		assert.ok(lines.some((line) => /^ok {4}test\/fixtures\/runner\/good\.ts {2}1 tests/.test(line)));
		assert.ok(lines.includes('SKIP  good is left out: no reason'));
		assert.ok(
			lines.some((line) => /^… \d+ characters left out …$/.test(line)),
			'long output is cut',
		);
		assert.match(lines.at(-1) ?? '', /^\d+ passed, 2\d failed, 1 skipped$/);
		assert.is(exitCode, 1);
	});

	test('passes a good file, with the totals alone on the last line', async () => {
		const { exitCode, lines } = await finish(start(['--glob', 'test/fixtures/runner/*.ts', 'runner/good']));
		assert.equal([lines.at(-1), exitCode], ['1 passed, 0 failed, 1 skipped', 0]);
		const byName = await finish(start(['--glob', 'test/fixtures/runner/*.ts', '--name', 'passes', 'runner/assertion']));
		assert.equal([byName.lines.at(-1), byName.exitCode], ['1 passed, 0 failed, 1 skipped', 0]);
	});

	test('fails when nothing matches, and when a file cannot be compiled', async () => {
		const nothing = await finish(start(['no-such-part-of-a-path']));
		assert.equal([nothing.lines.at(-1), nothing.exitCode], ['0 passed, 0 failed', 1]);
		await using folder = await createTempFolder();
		await writeFile(join(folder.path, 'syntax.ts'), 'const = ;');
		const broken = await finish(start(['--glob', `${folder.path}/*.ts`]));
		assert.equal([broken.lines.at(-1), broken.exitCode], ['0 passed, 1 failed', 1]);
	});

	test('kills a file that blocks, with all that it started', async () => {
		await using folder = await createTempFolder();
		const pidFile = join(folder.path, 'pids');
		const args = ['--glob', 'test/fixtures/runner-hung/*.ts', '--limit', '1'];
		const { exitCode, lines } = await finish(start(args, { PID_FILE: pidFile }));
		assert.ok(lines.some((line) => /^FAIL {2}.*hangs\.ts {2}still running after 1 s, 1 of 2 tests done/.test(line)));
		assert.equal([lines.at(-1), exitCode], ['1 passed, 1 failed', 1]);
		await assertGone(pidFile);
	});

	test('kills what runs when it is interrupted', async () => {
		for (const [signal, code] of [
			['SIGINT', 130],
			['SIGTERM', 143],
		] as const) {
			await using folder = await createTempFolder();
			const pidFile = join(folder.path, 'pids');
			const child = start(['--glob', 'test/fixtures/runner-hung/*.ts', '--limit', '30'], { PID_FILE: pidFile });
			const finished = finish(child);
			while ((await readFile(pidFile, 'utf8').catch(() => '')).split(' ').length < 2) await sleep(10);
			child.kill(signal);
			const { exitCode, lines } = await finished;
			assert.equal([lines.at(-1), exitCode], ['1 passed, 1 failed', code]);
			assert.ok(lines.some((line) => line.includes('interrupted')));
			await assertGone(pidFile);
		}
	});
});

async function assertGone(pidFile: string): Promise<void> {
	const [pid = '', daemon = ''] = (await readFile(pidFile, 'utf8')).split(' ');
	for (const number of process.platform === 'linux' ? [pid, daemon] : [pid]) {
		const state = await readFile(`/proc/${number}/stat`, 'utf8').catch(() => ') Z');
		assert.match(state, /\) [ZX]/, `${number} lives`);
	}
}
