import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { hostileText } from '../helpers/hostile-text.ts';
import { commandsIn, type RunnerCommand } from '../helpers/runner-grammar.ts';
import { describe } from '../helpers/suite.ts';
import { type CliResult, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

const ON_GITHUB = { CI: 'true', GITHUB_ACTIONS: 'true' };
const MIB = 1024 * 1024;

const inBoth = ({ stdout, stderr }: CliResult): RunnerCommand[] => [...commandsIn(stdout), ...commandsIn(stderr)];
const namesOf = (commands: readonly RunnerCommand[]): string[] => commands.map(({ name }) => name);

/** A prompt whose steps print the bytes of `bytes/<n>` and fail, each of them under a hostile name. */
function writeHostilePrompt(sandbox: Sandbox, file: string, texts: readonly (string | Uint8Array)[]): void {
	mkdirSync(sandbox.path('bytes'), { recursive: true });
	for (const [index, text] of texts.entries()) writeFileSync(sandbox.path(`bytes/${index}`), text);
	const steps = texts.map((text, index) => ({
		command: `cat bytes/${index}; exit 1`,
		name:
			String(text)
				.replace(/[\r\n`*]/g, ' ')
				.trim() || 'x',
	}));
	sandbox.write(file, promptText(steps, '0:0', 'verify:\n  stop: never'));
}

describe('verify in GitHub Actions', ({ test }) => {
	test('folds what it tells of a failed prompt and annotates its step by the documented grammar', async () => {
		const sandbox = createSandbox({
			'prompts/bad.md': promptText([{ command: 'echo one' }, { command: 'echo two; exit 3', name: 'Serve' }]),
			'prompts/good.md': promptText([{ command: 'true' }]),
		});
		const result = await sandbox.start(['prompts/good.md', 'prompts/bad.md'], {
			...ON_GITHUB,
			GITHUB_WORKSPACE: dirname(sandbox.folder),
		}).finished;
		assert.is(result.code, 1);
		assert.equal(commandsIn(result.stderr), []);
		assert.equal(commandsIn(result.stdout), [
			{ name: 'group', properties: {}, data: 'prompts/bad.md: failed, 1 of 2 steps passed' },
			{ name: 'endgroup', properties: {}, data: '' },
			{
				name: 'error',
				properties: {
					file: `${basename(sandbox.folder)}/prompts/bad.md`,
					line: '12',
					endLine: '12',
					title: 'step 2 "Serve" exit-code',
				},
				data: 'Exit code 3, expected exit code 0\nnext      verify prompts/bad.md --step 2',
			},
		]);
		assert.match(result.stdout, /^PASS {2}prompts\/good\.md/m);
		assert.match(result.stdout, /\nfailed {2}2 prompts.*\n$/);
		sandbox.remove();
	});

	test('prints no command but its own, whatever bytes steps print and however things are named', async () => {
		const sandbox = createSandbox();
		const texts = fc.sample(hostileText(), 24);
		const bytes = fc.sample(fc.uint8Array({ maxLength: 60 }), 6);
		const file = '##[error]x ::stop-commands::y.md';
		writeHostilePrompt(sandbox, file, [...texts, ...bytes]);
		const result = await sandbox.start([file, '--verbose'], ON_GITHUB).finished;
		assert.is(result.code, 1, result.stderr);
		assert.equal(commandsIn(result.stderr), []);
		const names = namesOf(commandsIn(result.stdout));
		assert.equal(names, ['group', 'endgroup', ...Array.from({ length: 10 }, () => 'error')]);
		for (const { name, properties } of commandsIn(result.stdout).slice(2, -1)) {
			assert.is(name, 'error');
			assert.is(properties.file, file);
		}
		const { data } = commandsIn(result.stdout).at(-1) ?? { data: '' };
		assert.match(data, /^21 more of 30 steps did not pass/);
		sandbox.remove();
	});

	test('keeps stdout to JSON lines under --json and annotates on stderr, which the runner reads too', async () => {
		const sandbox = createSandbox();
		const text = '::error::x\n##[add-mask]x';
		writeHostilePrompt(sandbox, 'a.md', [text]);
		const result = await sandbox.start(['a.md', '--json'], ON_GITHUB).finished;
		const events = result.stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line));
		assert.is(events.at(-1).type, 'run-finished');
		const finished = events.find(({ type }) => type === 'step-finished');
		assert.is(finished.result.attempts[0].output.head, text);
		assert.equal(commandsIn(result.stdout), []);
		assert.equal(namesOf(commandsIn(result.stderr)), ['group', 'endgroup', 'error']);
		sandbox.remove();
	});

	test('says nothing to the runner under --ci none, and speaks to it elsewhere under --ci github', async () => {
		const sandbox = createSandbox();
		writeHostilePrompt(sandbox, 'a.md', ['::error::x\n##[error]y']);
		assert.equal(inBoth(await sandbox.start(['a.md', '--ci', 'none'], ON_GITHUB).finished), []);
		assert.equal(namesOf(inBoth(await sandbox.verify('a.md', '--ci', 'github'))), ['group', 'endgroup', 'error']);
		assert.not.match((await sandbox.verify('a.md')).stdout, /::group::/);
		const { code, stderr } = await sandbox.verify('a.md', '--ci', 'jenkins');
		assert.is(code, 2);
		assert.match(stderr, 'Unknown CI service "jenkins" for --ci');
		sandbox.remove();
	});

	test('makes what it says of wrong arguments harmless too', async () => {
		const sandbox = createSandbox({ 'a.md': '# ::error::x\n' });
		for (const args of [
			['x\n::error::y\r##[error]z'],
			['lint', '::add-mask::x.md'],
			['--\n::error::x'],
			['show', 'a.md'],
		]) {
			const result = await sandbox.start(args, ON_GITHUB).finished;
			assert.equal(inBoth(result), [], JSON.stringify(args));
		}
		sandbox.remove();
	});

	test('adds the run to the summary of the job, within what GitHub takes', async () => {
		const sandbox = createSandbox({ 'summary.md': 'before\n' });
		writeHostilePrompt(
			sandbox,
			'a.md',
			Array.from({ length: 14 }, (_, index) => `line ${index}\n`.repeat(20)),
		);
		const env = { ...ON_GITHUB, GITHUB_STEP_SUMMARY: sandbox.path('summary.md') };
		await sandbox.start(['a.md'], env).finished;
		assert.match(sandbox.read('summary.md'), /^before\n## verify: failed\n\n1 prompt, steps: 14 failed/);
		sandbox.write('summary.md', 'x'.repeat(MIB - 9000));
		await sandbox.start(['a.md'], env).finished;
		const { length } = Buffer.from(sandbox.read('summary.md'));
		assert.ok(length > MIB - 8000 && length <= MIB, String(length));
		assert.match(sandbox.read('summary.md'), /more steps that did not pass are left out/);
		const { stderr } = await sandbox.start(['a.md'], env).finished;
		assert.match(stderr, 'the summary of this step is full');
		const { code, stderr: why } = await sandbox.start(['a.md'], { ...env, GITHUB_STEP_SUMMARY: sandbox.folder })
			.finished;
		assert.is(code, 1);
		assert.match(why, 'cannot write the step summary');
		sandbox.remove();
	});

	test('annotates what keeps a document from being run', async () => {
		const sandbox = createSandbox({ 'a.md': promptText([{ command: 'true' }], '0:0', 'verify: [unclosed') });
		const result = await sandbox.start(['a.md'], ON_GITHUB).finished;
		assert.is(result.code, 2);
		const [command] = commandsIn(result.stderr);
		assert.equal(
			[command?.name, command?.properties.file, command?.properties.title],
			['error', 'a.md', 'bad-front-matter'],
		);
		sandbox.remove();
	});

	test('annotates each prompt whose gate is not met, at its metrics', async () => {
		const sandbox = createSandbox({ 'a.md': promptText([{ command: 'true' }], '9:1') });
		const result = await sandbox.start(['gate', 'a.md'], ON_GITHUB).finished;
		assert.is(result.code, 7);
		const [command, ...others] = commandsIn(result.stdout);
		assert.equal(others, []);
		assert.equal(command?.properties, { file: 'a.md', line: '3', endLine: '3', title: 'gate not met' });
		assert.match(command?.data ?? '', /9 successes.*\n/);
		const json = await sandbox.start(['gate', 'a.md', '--json'], ON_GITHUB).finished;
		assert.equal([namesOf(commandsIn(json.stdout)), namesOf(commandsIn(json.stderr))], [[], ['error']]);
		sandbox.remove();
	});

	test('annotates what lint finds', async () => {
		const sandbox = createSandbox({ 'a.md': promptText([{ command: '[Auto-Generated Verification Command]' }]) });
		const result = await sandbox.start(['lint', 'a.md'], ON_GITHUB).finished;
		assert.is(result.code, 2);
		const [command, ...others] = commandsIn(result.stdout);
		assert.is(command?.name, 'error');
		assert.is(command?.properties.title, 'placeholder-command');
		assert.is(command?.properties.file, 'a.md');
		assert.equal(
			namesOf(others).filter((name) => name === 'error'),
			[],
		);
		sandbox.remove();
	});
});
