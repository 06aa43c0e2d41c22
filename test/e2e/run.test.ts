import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

describe('verify', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	test('runs the steps, counts each, and says so in one line', async () => {
		sandbox.write('a.md', promptText([{ command: 'echo one', more: ['**Expected**: `one`'] }, { command: 'true' }]));
		const { code, stdout, stderr } = await sandbox.verify('a.md');
		assert.is(code, 0, stderr);
		assert.match(stdout, /^PASS {2}a\.md {2}2 steps {2}.*0:0 -> 2:0/m);
		assert.match(stdout, /^passed {2}1 prompt, steps: 2 passed/m);
		assert.is(stderr.trimEnd().split('\n').at(-1), 'verify: passed (exit code 0)');
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
	});

	test('changes nothing in the prompt but counts and date', async () => {
		const before = promptText([{ command: 'true' }]).replaceAll('\n', '\r\n');
		sandbox.write('a.md', `\ufeff${before}  \t\r\nno final newline`);
		await sandbox.verify('a.md');
		const today = new Date().toISOString().slice(0, 10);
		const wanted = `\ufeff${before}  \t\r\nno final newline`.replace('0:0', '1:0').replace('2026-01-01', today);
		assert.is(sandbox.read('a.md'), wanted);
	});

	test('stops a prompt at its first failure, with a block that ends with the next command', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }, { command: 'echo no; exit 3' }, { command: 'true' }]));
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 1);
		const block = stdout.slice(stdout.indexOf('FAIL  a.md:'), stdout.indexOf('\n\n')).split('\n');
		assert.match(block[0] ?? '', /^FAIL {2}a\.md:12 {2}step 2\/3 "Number 2" {2}exit-code {2}.* {2}signed$/);
		assert.is(block.at(-1), '  next      verify a.md --step 2');
		assert.ok(block.length <= 40);
		assert.is(countsIn(sandbox.read('a.md')), '1:1');
		const outcomes = sandbox.record().prompts[0]?.steps.map((step) => step.outcome);
		assert.equal(outcomes, ['passed', 'failed', 'skipped']);
	});

	test('runs all steps under stop: never', async () => {
		sandbox.write('a.md', promptText([{ command: 'false' }, { command: 'true' }], '0:0', 'verify:\n  stop: never'));
		assert.is((await sandbox.verify('a.md')).code, 1);
		assert.is(countsIn(sandbox.read('a.md')), '1:1');
	});

	test('counts a prompt once under count: run', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }, { command: 'true' }]));
		await sandbox.verify('a.md', '--count', 'run');
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
	});

	test('writes nothing under --no-write, and shows what it would have counted', async () => {
		const before = promptText([{ command: 'true' }]);
		sandbox.write('a.md', before);
		assert.match((await sandbox.verify('a.md', '--no-write')).stdout, '0:0 -> 1:0 (not written)');
		assert.is(sandbox.read('a.md'), before);
	});

	test('adds a metrics section only when asked', async () => {
		const text = '# Bare\n\n### Step 1: One\n**Command**: `true`\n';
		sandbox.write('a.md', text);
		assert.match((await sandbox.verify('a.md')).stdout, 'no counts');
		assert.is(sandbox.read('a.md'), text);
		assert.is((await sandbox.verify('a.md', '--init')).code, 0);
		const { stdout } = await sandbox.verify('gate', 'a.md', '--json');
		assert.equal(JSON.parse(stdout).counts, { success: 1, failure: 0 });
	});

	test('calls a pass on retry flaky and counts a failure', async () => {
		sandbox.write(
			'a.md',
			promptText([{ command: 'test -e seen || { touch seen; exit 1; }', more: ['**Retries**: 2'] }]),
		);
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 1);
		assert.match(stdout, /^FLAKY {2}a\.md/m);
		assert.is(countsIn(sandbox.read('a.md')), '0:1');
		assert.is(sandbox.record().prompts[0]?.steps[0]?.attempts.length, 2);
	});

	test('keeps a background step alive until the end of its prompt', async () => {
		const server = 'echo up; while :; do sleep 0.05; done';
		sandbox.write(
			'a.md',
			promptText([
				{ command: server, more: ['**Background**: yes', '**Ready When**: `up`'] },
				{ command: 'echo while it runs', more: ['**Expected**: `while it runs`'] },
			]),
		);
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 0, stdout);
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
		assert.equal(sandbox.leftovers(), []);
	});

	test('fails a background step that never becomes ready', async () => {
		sandbox.write(
			'a.md',
			promptText([{ command: 'echo down', more: ['**Background**: yes', '**Ready When**: `up`'] }]),
		);
		assert.match((await sandbox.verify('a.md')).stdout, /FAIL .*not-ready/);
		assert.is(countsIn(sandbox.read('a.md')), '0:1');
	});

	test('gives a step its marker in the environment and never in the command text', async () => {
		sandbox.write(
			'a.md',
			promptText([
				{
					command: 'echo "$VERIFY_MARKER" {{marker}}',
					more: ['**Expected**: `/^(MARKER_Number_1_\\d+_[0-9A-Z]{26}) \\1$/m`'],
				},
			]),
		);
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 0, stdout);
		const attempt = sandbox.record().prompts[0]?.steps[0]?.attempts[0];
		const transcript = sandbox.read(sandbox.record().transcript ?? '');
		const kinds = transcript
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line))
			.filter((entry) => JSON.stringify(entry).includes(attempt?.marker ?? '-'))
			.map((entry) => entry.type);
		assert.equal(kinds, ['execution-started', 'output', 'execution-completed']);
	});

	test('runs the implementation block through its path', async () => {
		const step = promptText([
			{
				command: 'sh "$IMPLEMENTATION" && sh {{implementation}}',
				more: ['**Expected**:', '```text', 'built', 'built', '```'],
			},
		]);
		sandbox.write('a.md', `${step}\n### **Implementation Code Block**\n\`\`\`sh\necho built\n\`\`\`\n`);
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 0, stdout);
	});

	test('runs commands in the folder of their prompt', async () => {
		sandbox.write('deep/er/a.md', promptText([{ command: 'cat here.txt', more: ['**Expected**: `found`'] }]));
		sandbox.write('deep/er/here.txt', 'found\n');
		assert.is((await sandbox.verify('deep/er/a.md')).code, 0);
	});

	test('runs setup before and teardown after, also after a failure, and counts neither', async () => {
		const matter = 'verify:\n  setup: echo ready > state\n  teardown: rm state; touch cleaned';
		sandbox.write('a.md', promptText([{ command: 'cat state' }, { command: 'false' }], '0:0', matter));
		assert.is((await sandbox.verify('a.md')).code, 1);
		assert.is(countsIn(sandbox.read('a.md')), '1:1');
		assert.is(sandbox.read('cleaned'), '');
	});

	test('calls a failed setup infra: nothing is counted', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }], '0:0', 'verify:\n  setup: exit 9'));
		const { code, stdout } = await sandbox.verify('a.md');
		assert.is(code, 3);
		assert.match(stdout, 'setup command did not succeed: exit code 9');
		assert.is(countsIn(sandbox.read('a.md')), '0:0');
	});

	test('runs only the steps that --step names', async () => {
		sandbox.write('a.md', promptText([{ command: 'false' }, { command: 'true' }, { command: 'true' }]));
		assert.is((await sandbox.verify('a.md', '--step', '2-3')).code, 0);
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
	});

	test('skips what is for another platform or needs a program that is not there', async () => {
		sandbox.write(
			'a.md',
			promptText([
				{ command: 'false', more: ['**Platform**: win32'] },
				{ command: 'false', more: ['**Requires**: no-such-program-here'] },
				{ command: 'true' },
			]),
		);
		assert.is((await sandbox.verify('a.md')).code, 0);
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
	});

	test('marks a prompt that reaches the gate, and takes the mark back when it falls below', async () => {
		sandbox.write('a.md', promptText([{ command: 'test ! -e broken' }], '9:0'));
		await sandbox.verify('a.md');
		assert.match(sandbox.read('a.md'), '**: 10:0 ✅ GRADUATED!');
		sandbox.write('broken', '');
		await sandbox.verify('a.md');
		assert.match(sandbox.read('a.md'), '**: 10:1 ✅ GRADUATED!');
		await sandbox.verify('a.md');
		assert.match(sandbox.read('a.md'), '**: 10:2 (Requires 10:1 to graduate)');
	});

	test('writes only JSON lines on stdout under --json, numbered, from run-started to run-finished', async () => {
		sandbox.write('a.md', promptText([{ command: 'echo out; echo err >&2' }, { command: 'false' }]));
		const { code, stdout } = await sandbox.verify('a.md', '--json');
		assert.is(code, 1);
		const events = stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line) as { v: number; seq: number; type: string; exitCode?: number });
		assert.is(events[0]?.type, 'run-started');
		assert.equal([events.at(-1)?.type, events.at(-1)?.exitCode], ['run-finished', 1]);
		const numbers = events.map(({ seq }) => seq);
		assert.equal(
			numbers,
			[...numbers].sort((a, b) => a - b),
		);
	});

	test('leaves a run.json and a junit.xml that agree', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }, { command: 'false' }]));
		await sandbox.verify('a.md');
		const record = sandbox.record();
		assert.equal([record.schemaVersion, record.verdict, record.exitCode, record.totals?.steps], [1, 'failed', 1, 2]);
		const junit = sandbox.read('reports/latest/junit.xml');
		assert.match(junit, 'tests="2" failures="1" errors="0" skipped="0"');
	});

	test('runs prompts at once, as many as --jobs says', async () => {
		const names = ['a.md', 'b.md', 'c.md'];
		// Each step waits until all three have begun: one at a time would never end.
		const command = 'touch began-$$; until [ $(ls began-* | wc -l) -ge 3 ]; do sleep 0.01; done';
		for (const name of names) sandbox.write(name, promptText([{ command, more: ['**Timeout**: 20s'] }]));
		assert.is((await sandbox.verify(...names, '--jobs', '3')).code, 0);
	});

	test('finds its marker again with verify find', async () => {
		sandbox.write('a.md', promptText([{ command: 'echo "$VERIFY_MARKER"' }]));
		await sandbox.verify('a.md');
		const marker = sandbox.record().prompts[0]?.steps[0]?.attempts[0]?.marker ?? '';
		const { code, stdout } = await sandbox.verify('find', marker, 'transcripts');
		assert.is(code, 0);
		assert.is(stdout.trimEnd().split('\n').length, 3);
	});

	test('finds its marker, and audits, in the folder that the config names', async () => {
		sandbox.write('verify.config.json', '{ "transcripts": "var/told" }');
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		await sandbox.verify('a.md');
		const marker = sandbox.record().prompts[0]?.steps[0]?.attempts[0]?.marker ?? '';
		const found = await sandbox.verify('find', marker);
		assert.is(found.code, 0, found.stderr);
		assert.match(found.stdout, /^var\/told\//);
		assert.not.match((await sandbox.verify('audit', 'a.md', '--deep')).stdout, /transcript-missing/);
	});

	test('survives a reader that goes away', () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		const { status, stderr } = spawnSync(
			'sh',
			['-c', `"${process.execPath}" "${process.cwd()}/dist/verify.js" a.md | true`],
			{ cwd: sandbox.folder },
		);
		assert.is(status, 0, stderr.toString());
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
	});
});
