import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { writeFirstStep } from '../../src/cli/write-first-step.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

describe('verify new', ({ test, skip, before, after }) => {
	before(() => {
		sandbox = createSandbox();
	});
	after(() => sandbox.remove());

	test('writes a prompt from flags that runs and passes', async () => {
		const made = await sandbox.verify(
			'new',
			'version',
			'--goal',
			'Node says *its* version',
			'--command',
			'node --version',
		);
		assert.equal([made.code, made.stdout], [0, 'prompts/version.md\n']);
		const [step] = parsePrompt(sandbox.read('prompts/version.md')).steps;
		assert.equal([step?.name, step?.commands[0]?.text], ['Node says *its* version', 'node --version']);
		assert.is((await sandbox.verify('prompts/version.md')).code, 0);
	});

	test('writes the whole template for a name alone, and asks nobody where nobody is', async () => {
		assert.is((await sandbox.verify('new', 'deploy')).code, 0);
		assert.match(sandbox.read('prompts/deploy.md'), /deploy — Self-Improving Prompt/);
		const nameless = await sandbox.verify('new');
		assert.is(nameless.code, 2);
		assert.match(nameless.stderr, /without a name/);
	});

	if (spawnSync('script', ['--version']).error !== undefined) {
		skip('asks at a terminal', 'there is no program "script" here that makes one');
	} else {
		test('asks at a terminal', async () => {
			const answers = {
				'Name of the prompt': 'asked',
				Folder: 'other',
				'What shall it verify': '',
				'First command': 'echo asked',
			};
			const command = `${process.execPath} ${resolve('dist/verify.js')} new`;
			const env = { ...process.env, CI: '', NO_COLOR: '1' };
			const child = spawn('script', ['-qec', command, '/dev/null'], {
				cwd: sandbox.folder,
				env,
				stdio: ['pipe', 'pipe', 'inherit'],
			});
			let screen = '';
			const open = new Map(Object.entries(answers));
			child.stdout.setEncoding('utf8').on('data', (text: string) => {
				screen += text;
				for (const [question, answer] of open) {
					if (!screen.includes(question)) continue;
					open.delete(question);
					child.stdin.write(`${answer}\r`);
				}
			});
			const code = await new Promise((done) => child.once('close', done));
			assert.is(code, 0, screen);
			const [step] = parsePrompt(sandbox.read('other/asked.md')).steps;
			assert.equal([step?.name, step?.commands[0]?.text], ['It works', 'echo asked']);
		});
	}
});

describe('writeFirstStep()', ({ test }) => {
	const template = '# T\n\n## Steps\n\n### Step 1: The shell answers\n- old\n';
	test('keeps any command as it was typed', () => {
		check(
			fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }), (typed) => {
				const command = typed.trim().replace(/^[$>%#] ?/, '');
				const [step] = parsePrompt(writeFirstStep(template, { goal: 'x', command: `echo ${command}` })).steps;
				assert.is(step?.commands[0]?.text, `echo ${command}`);
			}),
		);
	});
});
