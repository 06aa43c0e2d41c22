import { readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

/** Numbers of the steps of the newest run, prompt by prompt. */
const ran = (): Record<string, number[]> =>
	Object.fromEntries(
		sandbox
			.record()
			.prompts.map(({ file, steps }) => [
				file,
				steps.filter(({ outcome }) => outcome !== 'skipped').map(({ number }) => number),
			]),
	);

describe('a run', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	test('is repeated, each time with a record and counts of its own', async () => {
		const command = 'echo x >> n; test $(wc -l < n) -ne 2';
		sandbox.write('a.md', promptText([{ command, name: 'Odd' }, { command: 'true' }], '0:0', 'verify:\n  stop: never'));
		const { code, stdout, stderr } = await sandbox.verify('a.md', '--repeat', '4', '--no-html');
		assert.is(code, 1, stderr);
		assert.match(stdout, 'repeated  4 runs, 1 of 2 steps passed each time');
		assert.match(
			stdout,
			/3 of 4 passed {2}a\.md:\d+ {2}step 1 Odd {2}pass\^1 0\.75 {2}pass\^2 0\.50 {2}pass\^4 0\.00 {2}flakiness 0\.67/,
		);
		assert.match(
			stdout,
			/4 of 4 passed {2}a\.md:\d+ {2}step 2 Number 2 {2}pass\^1 1\.00 {2}pass\^2 1\.00 {2}pass\^4 1\.00/,
		);
		assert.is(countsIn(sandbox.read('a.md')), '7:1');
		const { repeat } = sandbox.record();
		assert.equal([repeat?.number, repeat?.of, repeat?.steps[0]?.passed, repeat?.steps[0]?.scored], [4, 4, 3, 4]);
		assert.is(readdirSync(sandbox.path('reports')).filter((name) => /^[0-9a-f]{8}-/.test(name)).length, 4);
		const audit = await sandbox.verify('audit', 'a.md', '--deep');
		assert.is(audit.code, 0, audit.stdout);
	});

	test('starts nothing new after the failures of --bail, no setup either', async () => {
		for (const name of ['a', 'b', 'c'])
			sandbox.write(
				`${name}.md`,
				promptText(
					[{ command: 'false' }, { command: 'true' }],
					'0:0',
					`verify:\n  setup: touch ${name}.set\n  stop: never`,
				),
			);
		const { code, stderr } = await sandbox.verify('a.md', 'b.md', 'c.md', '--jobs', '1', '--bail=2');
		assert.is(code, 1, stderr);
		assert.equal(ran(), { 'a.md': [1, 2], 'b.md': [1], 'c.md': [] });
		assert.not.ok(readdirSync(sandbox.folder).includes('c.set'));
		assert.match(sandbox.record().prompts[2]?.steps[0]?.detail ?? '', 'stopped after 2 failures (--bail 2)');
		await sandbox.verify('a.md', '--repeat', '5', '--bail');
		assert.equal(sandbox.record().repeat?.number, 1);
	});

	test('is only planned by --dry-run: nothing is started, nothing written', async () => {
		const command = 'touch ran; echo {{marker}}';
		sandbox.write(
			'a.md',
			promptText([{ command, more: ['**Timeout**: 7s', '**Env**: `API_KEY=very-secret`'] }, { command: 'false' }]),
		);
		const before = readdirSync(sandbox.folder, { recursive: true });
		const { code, stdout, stderr } = await sandbox.verify('a.md', '--dry-run', '--step', '1');
		assert.is(code, 0, stderr);
		for (const line of [
			'would run  1 prompt, 1 step',
			'a.md  1 step, 1 not selected, counts each step, stop first-failure',
			// biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
			'command   touch ran; echo "${VERIFY_MARKER}"',
			'limits    timeout 7.0s, stall 2m00s, retries 0',
			'env       API_KEY="***"',
			'evidence signed',
		])
			assert.match(stdout, line);
		assert.match(stdout, /digest {4}[0-9a-f]{64}$/m);
		assert.equal(readdirSync(sandbox.folder, { recursive: true }), before);
	});
});
