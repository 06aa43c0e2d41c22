import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { main } from '../../src/cli/main.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { ledgerOf, ofKind, readLedger } from '../helpers/ledger-file.ts';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

/**
 * Calls that change files or locks: a run that is killed on entering each of them in turn was killed in every state that its files can
 * be in; what opening makes, the write behind it finds. `rename` is asked of all files, since the name it replaces a file with is made up.
 */
const CALLS = ['pwrite64', 'write', 'fsync', 'unlink', 'mkdir', 'rename'] as const;
type Call = (typeof CALLS)[number];

/** So many failures that it never graduates: the mark would be one more thing that changes. */
const TEXT = promptText([{ command: 'echo a' }, { command: 'echo b' }], '3:9');
const ENDED_BY_KILL = 137;
const strace = spawnSync('strace', ['-o', '/dev/null', 'true']);
const canTrace = strace.status === 0;

/** Runs `verify a.md` and kills it on entering the call for the n-th time; true when it came so far. */
async function runUntil(sandbox: Sandbox, call: Call, nth: number): Promise<boolean> {
	const files = ['a.md', '.a.md.lock', '.ledger', ledgerOf('a.md'), '.ledger/a.md.heads', '.ledger/.a.md.jsonl.lock'];
	const paths = call === 'rename' ? [] : files.flatMap((file) => ['-P', sandbox.path(file)]);
	const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`];
	const command = [process.execPath, resolve('dist/verify.js'), sandbox.path('a.md'), '--no-html'];
	const child = spawn('strace', ['-f', '-o', '/dev/null', ...paths, ...inject, ...command], {
		cwd: sandbox.folder,
		stdio: 'ignore',
		env: { ...process.env, VERIFY_TEST_SANDBOX: sandbox.folder, XDG_STATE_HOME: sandbox.path('.state') },
	});
	const [code, signal] = await new Promise<[number | null, string | null]>((done) =>
		child.once('close', (...end) => done(end)),
	);
	return signal === 'SIGKILL' || code === ENDED_BY_KILL;
}

/** Calls the program without the start of a process. */
async function verify(sandbox: Sandbox, ...args: string[]): Promise<{ code: number; text: string }> {
	const lines: string[] = [];
	const print = (line: string): void => {
		lines.push(line);
	};
	const env = { ...process.env, NO_COLOR: '1' };
	const code = await main(args, {
		out: print,
		err: print,
		isErrTty: false,
		isOutTty: false,
		columns: 100,
		env,
		cwd: sandbox.folder,
	});
	return { code, text: lines.join('\n') };
}

/** What must hold after every kill, and after the next run. */
async function assertSound(sandbox: Sandbox, when: string): Promise<void> {
	const file = sandbox.path('a.md');
	const before = sandbox.read('a.md');
	assert.is(parsePrompt(before).problems.length, 0, when);
	assert.is(
		before.replace(countsIn(before), '3:9').replace(/Updated\*\*: [\d-]+/, 'Updated**: 2026-01-01'),
		TEXT,
		when,
	);
	const audit = await verify(sandbox, 'audit', file);
	assert.is(audit.code, 0, `${when}: ${audit.text}`);

	const places = ['--reports', sandbox.path('reports'), '--transcripts', sandbox.path('transcripts'), '--no-html'];
	const next = await verify(sandbox, file, ...places);
	assert.is(next.code, 0, `${when}: ${next.text}`);
	const records = readLedger(sandbox, 'a.md');
	const ended = new Set([...ofKind(records, 'result'), ...ofKind(records, 'lost')].map(({ execution }) => execution));
	const open = ofKind(records, 'intent').filter(({ execution }) => !ended.has(execution));
	assert.equal(open, [], `${when}: every intent has its result or is reported as lost`);
	const passed = ofKind(records, 'result').filter(({ outcome }) => outcome === 'passed').length;
	assert.is(countsIn(sandbox.read('a.md')), `${3 + passed}:9`, when);
	const again = await verify(sandbox, 'audit', file);
	assert.is(again.code, 0, `${when}, then run: ${again.text}`);
}

describe('a run that is killed', ({ test, skip, before }) => {
	before(() => {
		process.env.XDG_STATE_HOME = createSandbox().path('.state');
	});
	if (!canTrace) {
		skip('on entering any call', 'strace is not installed, or may not trace here');
		return;
	}
	for (const call of CALLS) {
		test(`on entering any ${call} leaves a ledger that audits, and nothing that the next run does not report`, async () => {
			let kills = 0;
			const lane = async (isNew: boolean): Promise<void> => {
				const sandbox = createSandbox({ 'a.md': TEXT });
				if (!isNew)
					await verify(
						sandbox,
						sandbox.path('a.md'),
						'--reports',
						sandbox.path('r'),
						'--transcripts',
						sandbox.path('t'),
						'--no-html',
					);
				for (let nth = 1; await runUntil(sandbox, call, nth); nth += 1) {
					await assertSound(sandbox, `killed on ${call} ${nth} of a ledger that is ${isNew ? 'new' : 'old'}`);
					kills += 1;
					if (!isNew) continue;
					sandbox.remove();
					sandbox.write('a.md', TEXT);
				}
				assert.equal(await sandbox.leftoversAtLast(), []);
				sandbox.remove();
			};
			await Promise.all([lane(true), lane(false)]);
			assert.ok(kills > 0, 'strace killed nothing');
		});
	}
});
