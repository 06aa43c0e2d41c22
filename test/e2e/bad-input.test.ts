import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

interface Case {
	readonly title: string;
	readonly prepare?: () => void;
	readonly args: readonly string[];
	readonly code: number;
	/** What stdout and stderr together must say. */
	readonly says: string | RegExp;
}

const step = '### Step 1: One\n**Command**: `true`\n';
const metrics = (success: string): string =>
	`## 📊 TASK METRICS & HISTORY\n- **Success/Failure Ratio**: ${success} (Requires 10:1 to graduate)\n- **Last Updated**: 2026-01-01\n`;

const CASES: readonly Case[] = [
	{ title: 'no prompt at all', args: [], code: 2, says: /Cannot run: no prompt was named \[USAGE\]/ },
	{ title: 'no prompt for the gate', args: ['gate'], code: 2, says: 'Cannot gate: no prompt was named [USAGE]' },
	{
		title: 'a prompt that shall be written below a file',
		prepare: () => sandbox.write('file', ''),
		args: ['new', 'p', '--folder', 'file'],
		code: 3,
		says: 'Cannot write file/p.md: file is no folder [FILE_WRITE_FAILED]',
	},
	{
		title: 'a skill that shall be written below a file',
		prepare: () => sandbox.write('file', ''),
		args: ['new', '--skill', 'file/skill'],
		code: 3,
		says: '[FILE_WRITE_FAILED]',
	},
	{
		title: 'a place for a report that is no folder',
		prepare: () => {
			sandbox.write('p.md', step);
			sandbox.write('file', '');
		},
		args: ['p.md', '--report', 'junit=file/junit.xml'],
		code: 3,
		says: /verify: infra \(exit code 3\)\s*$/,
	},
	{ title: 'an audit of nothing', args: ['audit', 'none.md'], code: 2, says: 'verify: not audited (exit code 2)' },
	{
		title: 'a config that is not there',
		args: ['a.md', '--config', 'none.json'],
		code: 2,
		says: 'Cannot read the config none.json: there is no such file',
	},
	{ title: 'a report before any run', args: ['report'], code: 2, says: 'Run prompts first' },
	{
		title: 'a folder for a prompt of the doctor',
		prepare: () => mkdirSync(sandbox.path('of')),
		args: ['doctor', 'of'],
		code: 3,
		says: 'of: it is a folder',
	},
	{ title: 'a file that is not there', args: ['none.md'], code: 2, says: /none\.md.*\[FILE_MISSING\]/ },
	{ title: 'a pattern that matches nothing', args: ['none/*.md'], code: 2, says: '[FILE_MISSING]' },
	{ title: 'a mistyped command', args: ['lnit'], code: 2, says: 'Did you mean verify lint?' },
	{ title: 'an unknown option', args: ['a.md', '--timout', '3s'], code: 2, says: 'Did you mean --timeout?' },
	{ title: 'an option without its value', args: ['a.md', '--timeout'], code: 2, says: 'value is missing' },
	{ title: 'a duration without a unit', args: ['a.md', '--timeout', '30'], code: 2, says: 'such as 500ms, 30s, 2m' },
	{
		title: 'a folder',
		prepare: () => mkdirSync(sandbox.path('dir')),
		args: ['dir'],
		code: 2,
		says: '[FILE_NOT_A_FILE]',
	},
	{
		title: 'a file that is not UTF-8',
		prepare: () => writeFileSync(sandbox.path('latin.md'), Buffer.from('# ok\n\nGr\xfc\xdfe\n', 'latin1')),
		args: ['latin.md'],
		code: 2,
		says: /latin\.md: line 3 is not UTF-8.*\[FILE_NOT_UTF8\]/,
	},
	{
		title: 'an empty prompt',
		prepare: () => sandbox.write('empty.md', ''),
		args: ['empty.md'],
		code: 5,
		says: 'empty.md has no steps',
	},
	{
		title: 'a prompt without steps',
		prepare: () => sandbox.write('p.md', '# Words\n\nOnly words.\n'),
		args: ['p.md'],
		code: 5,
		says: '[NOTHING_SELECTED]',
	},
	{
		title: 'a step that is not there',
		prepare: () => sandbox.write('p.md', step),
		args: ['p.md', '--step', '9'],
		code: 5,
		says: 'the only step of p.md does not meet --step 9',
	},
	{
		title: 'a placeholder command',
		prepare: () =>
			sandbox.write(
				'p.md',
				`${metrics('3:0')}\n### Step 1: One\n**Command**: \`[Auto-Generated Verification Command]\`\n`,
			),
		args: ['p.md'],
		code: 2,
		says: /REFUSED {2}p\.md:\d+.*placeholder/,
	},
	{
		title: 'prose where the command belongs',
		prepare: () =>
			sandbox.write(
				'p.md',
				`${metrics('3:0')}\n### Step 1: One\n**Verification Command**: Look at the screen and see that it works\n`,
			),
		args: ['p.md'],
		code: 2,
		says: /REFUSED {2}p\.md:\d+.*prose/,
	},
	{
		title: 'metrics with words instead of numbers',
		prepare: () => sandbox.write('p.md', `${metrics('many:few')}\n${step}`),
		args: ['lint', 'p.md'],
		code: 2,
		says: /p\.md:\d+:\d+ {2}error/,
	},
	{
		title: 'two metrics sections',
		prepare: () => sandbox.write('p.md', `${metrics('3:0')}\n${metrics('4:0')}\n${step}`),
		args: ['lint', 'p.md'],
		code: 0,
		says: /p\.md:\d+:\d+ {2}warning {2}A second metrics section/,
	},
	{
		title: 'a fence that nothing closes',
		prepare: () => sandbox.write('p.md', `${step}\n\`\`\`text\nopen\n`),
		args: ['lint', 'p.md'],
		code: 0,
		says: /p\.md:\d+:\d+ {2}warning .*(fence|closed)/i,
	},
	{
		title: 'two steps of one name',
		prepare: () => sandbox.write('p.md', `${step}\n${step}`),
		args: ['lint', 'p.md'],
		code: 0,
		says: /p\.md:\d+:\d+ {2}warning .*One/,
	},
	{
		title: 'a config with an unknown key',
		prepare: () => {
			sandbox.write('verify.config.json', '{ "timout": "1m" }');
			sandbox.write('p.md', step);
		},
		args: ['p.md'],
		code: 2,
		says: /verify\.config\.json: Unknown key "timout".*Did you mean "timeout"\?/,
	},
	{
		title: 'a config that is no JSON',
		prepare: () => {
			sandbox.write('verify.config.json', '{ nope');
			sandbox.write('p.md', step);
		},
		args: ['p.md'],
		code: 2,
		says: '[CONFIG_INVALID]',
	},
	{
		title: 'an executor that nobody runs',
		prepare: () => sandbox.write('p.md', step),
		args: ['p.md', '--executor', 'ws://127.0.0.1:1/ws/mcp'],
		code: 3,
		says: '[EXECUTOR_UNREACHABLE]',
	},
	{
		title: 'an executor URL that is none',
		prepare: () => sandbox.write('p.md', step),
		args: ['p.md', '--executor', 'not a url'],
		code: 2,
		says: '[CONFIG_INVALID]',
	},
	{ title: 'a marker that is none', args: ['find', '$(reboot)'], code: 2, says: 'not a whole marker' },
	{
		title: 'a template that is none',
		args: ['new', 'x', '--template', 'fancy'],
		code: 2,
		says: 'self-improving, minimal',
	},
];

describe('verify, given', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	for (const { title, prepare, args, code, says } of CASES) {
		test(`${title}, answers clearly with exit code ${code}`, async () => {
			prepare?.();
			const result = await sandbox.verify(...args);
			const all = result.stdout + result.stderr;
			assert.is(result.code, code, all);
			assert.match(all, says);
			assert.not.match(all, 'bug of verify');
		});
	}

	test('a broken prompt among good ones, runs nothing and names each', async () => {
		sandbox.write('good.md', promptText([{ command: 'touch ran' }]));
		const { code, stderr } = await sandbox.verify('good.md', 'gone.md', 'lost.md');
		assert.is(code, 2);
		assert.match(stderr, /gone\.md[\s\S]*lost\.md[\s\S]*nothing ran/);
		assert.throws(() => sandbox.read('ran'));
	});

	test('a refused step after good ones, counts the good ones', async () => {
		sandbox.write('p.md', `${metrics('0:0')}\n${step}\n### Step 2: Two\n**Command**: \`[placeholder]\`\n`);
		assert.is((await sandbox.verify('p.md')).code, 2);
		assert.is(countsIn(sandbox.read('p.md')), '1:0');
	});

	test('a read-only prompt, runs it, refuses the count and says so', async () => {
		const text = promptText([{ command: 'true' }]);
		sandbox.write('p.md', text);
		chmodSync(sandbox.path('p.md'), 0o444);
		const { code, stdout } = await sandbox.verify('p.md');
		assert.is(code, 3, stdout);
		assert.match(stdout, /PASS {2}p\.md .*not counted: .*p\.md/);
		assert.is(sandbox.read('p.md'), text);
	});

	test('a prompt that is deleted while it runs, ends and says what was lost', async () => {
		sandbox.write('p.md', promptText([{ command: 'rm p.md' }]));
		const { code, stdout } = await sandbox.verify('p.md');
		assert.is(code, 3);
		assert.match(stdout, /not counted: .*p\.md/);
		assert.throws(() => sandbox.read('p.md'));
	});

	test('a prompt that is edited while it runs, counts on what the file holds then', async () => {
		const edit = `sed -i 's/0:0/5:1/; s/# Test prompt/# Edited/' p.md`;
		sandbox.write('p.md', promptText([{ command: edit }]));
		assert.is((await sandbox.verify('p.md')).code, 0);
		assert.match(sandbox.read('p.md'), '# Edited');
		assert.is(countsIn(sandbox.read('p.md')), '6:1');
	});

	test('a prompt that loses its metrics while it runs, leaves it alone', async () => {
		sandbox.write('p.md', promptText([{ command: 'printf "# Nothing left\\n" > p.md' }]));
		await sandbox.verify('p.md');
		assert.is(sandbox.read('p.md'), '# Nothing left\n');
	});

	test('a reports folder that can not be made, still counts and ends with 3', async () => {
		sandbox.write('p.md', promptText([{ command: 'true' }]));
		sandbox.write('reports', 'a file stands here');
		const { code, stderr } = await sandbox.verify('p.md');
		assert.is(code, 3);
		assert.match(stderr, 'report files failed');
		assert.is(countsIn(sandbox.read('p.md')), '1:0');
		rmSync(sandbox.path('reports'));
	});

	test('a name for a new prompt, writes one that runs green, and never over another', async () => {
		assert.is((await sandbox.verify('new', 'deploy')).code, 0);
		const first = await sandbox.verify('prompts/deploy.md');
		assert.is(first.code, 0, first.stdout);
		assert.is((await sandbox.verify('new', 'deploy')).code, 2);
		assert.is((await sandbox.verify('new', 'small one', '--template', 'minimal')).code, 0);
		assert.is((await sandbox.verify('prompts/small-one.md')).code, 0);
	});
});
