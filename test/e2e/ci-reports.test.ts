import { Parser } from 'tap-parser';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText } from '../helpers/verify-cli.ts';

const FILES = {
	'prompts/a.md': promptText([{ command: 'echo one' }, { command: 'exit 3', name: 'Serve' }], '14:0'),
};

describe('verify --report', ({ test }) => {
	test('writes each format that is asked for to its file', async () => {
		const sandbox = createSandbox(FILES);
		const asked = [
			'junit=out/junit.xml',
			'tap=out/run.tap',
			'md=out/run.md',
			'json=out/run.json',
			'codequality=out/q.json',
		];
		const { code, stdout } = await sandbox.verify('prompts/a.md', ...asked.flatMap((report) => ['--report', report]));
		assert.is(code, 1);
		assert.match(stdout, /^FAIL/);
		assert.match(sandbox.read('out/junit.xml'), '<failure message="Exit code 3');
		assert.is(Parser.parse(sandbox.read('out/run.tap')).filter(([name]) => name === 'extra').length, 0);
		assert.match(sandbox.read('out/run.md'), /^## verify: failed/);
		assert.equal(JSON.parse(sandbox.read('out/run.json')).prompts, sandbox.record().prompts);
		assert.is(JSON.parse(sandbox.read('out/q.json'))[0].check_name, 'verify/step-exit-code');
		sandbox.remove();
	});
	test('gives stdout to one report, and people stderr', async () => {
		const sandbox = createSandbox(FILES);
		const { stdout, stderr } = await sandbox.verify('prompts/a.md', '--report', 'tap=-');
		assert.match(stdout, /^TAP version 14\n1\.\.1\n/);
		assert.match(stderr, /FAIL {2}prompts\/a\.md/);
		for (const args of [
			['--report', 'tap=-', '--report', 'md=-'],
			['--report', 'tap=-', '--json'],
		]) {
			const result = await sandbox.verify('prompts/a.md', ...args);
			assert.is(result.code, 2);
			assert.match(result.stderr, 'Cannot write 2 things to stdout');
		}
		sandbox.remove();
	});
	test('runs nothing for a report that it does not know', async () => {
		const sandbox = createSandbox(FILES);
		for (const report of ['xunit=a.xml', 'junit', 'junit=']) {
			const { code, stderr } = await sandbox.verify('prompts/a.md', '--report', report);
			assert.is(code, 2);
			assert.match(stderr, `Cannot write the report "${report}"`);
		}
		assert.equal(sandbox.read('prompts/a.md'), FILES['prompts/a.md']);
		sandbox.remove();
	});
	test('gives places to the cases of JUnit in GitLab', async () => {
		const sandbox = createSandbox(FILES);
		await sandbox.start(['prompts/a.md', '--report', 'junit=j.xml'], { CI: 'true', GITLAB_CI: 'true' }).finished;
		assert.match(sandbox.read('j.xml'), 'classname="prompts/a.md" file="prompts/a.md" line="12"');
		sandbox.remove();
	});
});

describe('verify lint --format', ({ test }) => {
	test('writes SARIF or code quality, also into a file', async () => {
		const sandbox = createSandbox({ 'a.md': promptText([{ command: '[Auto-Generated Verification Command]' }]) });
		const sarif = await sandbox.verify('lint', 'a.md', '--format', 'sarif');
		assert.is(sarif.code, 2);
		const [result] = JSON.parse(sarif.stdout).runs[0].results;
		assert.is(result.ruleId, 'placeholder-command');
		const { stdout } = await sandbox.verify('lint', 'a.md', '--format', 'codequality', '-o', 'out/q.json');
		assert.is(stdout, '');
		assert.is(JSON.parse(sandbox.read('out/q.json'))[0].location.path, 'a.md');
		assert.match((await sandbox.verify('lint', 'a.md', '--format', 'xml')).stderr, 'Unknown format "xml"');
		sandbox.remove();
	});
});

describe('verify badge', ({ test }) => {
	test('shows stage and counts of the file, as SVG and for shields.io', async () => {
		const sandbox = createSandbox({ ...FILES, 'none.md': '# No counts\n' });
		const svg = await sandbox.verify('badge', 'prompts/a.md');
		assert.is(svg.code, 0);
		assert.match(svg.stdout, '<title>Test prompt: graduated, 14 successes and 0 failures</title>');
		const shields = await sandbox.verify('badge', 'prompts/a.md', '--format', 'shields', '--output', 'b/a.json');
		assert.is(shields.stdout, '');
		assert.is(JSON.parse(sandbox.read('b/a.json')).message, 'graduated 14:0');
		assert.match((await sandbox.verify('badge', 'none.md')).stdout, 'No counts: no counts');
		assert.is((await sandbox.verify('badge', 'missing.md')).code, 2);
		assert.is((await sandbox.verify('badge', 'none.md', '--format', 'png')).code, 2);
		sandbox.remove();
	});
});
