import { existsSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { type CommentsServer, startCommentsServer } from '../helpers/comments-server.ts';
import { type ActionEnd, readAction, runAction } from '../helpers/composite-action.ts';
import { commandsIn } from '../helpers/runner-grammar.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

const ACTION = readAction();
const FILES = {
	'prompts/good.md': promptText([{ command: 'true' }], '14:0'),
	'other/bad one.md': promptText([{ command: 'exit 3', name: 'Serve' }], '14:0'),
};

describe('action.yml', ({ test }) => {
	test('is a composite action whose steps name what exists, and gives no expression to a script', () => {
		assert.is(ACTION.runs.using, 'composite');
		for (const { run = '', uses, shell, name } of ACTION.runs.steps) {
			assert.not.match(run, '${{', name);
			assert.ok(uses === undefined ? shell === 'bash' : /^[\w-]+\/[\w-]+@v\d+$/.test(uses), name);
			for (const [, path = ''] of run.matchAll(/\$GITHUB_ACTION_PATH\/(action\/[\w.]+)/g))
				assert.ok(existsSync(path), path);
		}
		assert.ok(existsSync('dist/verify.js'), 'npm run build comes first');
		for (const { description } of [...Object.values(ACTION.inputs), ...Object.values(ACTION.outputs)])
			assert.ok(description);
	});

	test('runs the prompts, keeps the report and passes', async () => {
		const sandbox = createSandbox(FILES);
		const end = await runAction(ACTION, sandbox.folder);
		assert.is(end.exitCode, 0, end.log);
		assert.match(end.log, /PASS {2}prompts\/good\.md/);
		assert.equal([end.outputs['exit-code'], end.outputs['gate-exit-code']], ['0', '']);
		const report = end.outputs.report ?? '';
		assert.ok(
			existsSync(`${report}/verify.md`) && existsSync(`${report}/junit.xml`) && existsSync(`${report}/latest/run.json`),
		);
		assert.equal(end.uses, [
			{
				uses: 'actions/upload-artifact@v4',
				with: { name: 'verify-report', path: `${report}\n!${report}/latest/**\n`, 'if-no-files-found': 'ignore' },
			},
		]);
		assert.is(sandbox.read('prompts/good.md'), FILES['prompts/good.md'], 'no counts are written');
		sandbox.remove();
	});

	test('fails with the exit code of the run, once everything is kept', async () => {
		const sandbox = createSandbox(FILES);
		const end = await runAction(ACTION, sandbox.folder, {
			inputs: { prompts: 'prompts/*.md\nother/bad one.md', args: '--no-write\n--verbose', gate: 'true' },
		});
		assert.is(end.exitCode, 1);
		assert.is(end.ran.at(-1), 'Result');
		assert.is(end.uses.length, 1);
		assert.equal(
			commandsIn(end.log)
				.filter(({ name }) => name === 'error')
				.map(({ properties }) => [properties.file, properties.title]),
			[
				['other/bad one.md', 'step 1 "Serve" exit-code'],
				['prompts/good.md', 'gate not met'],
				['other/bad one.md', 'gate not met'],
			],
		);
		sandbox.remove();
	});

	test('fails with the exit code of the gate where it is asked', async () => {
		const sandbox = createSandbox({ 'prompts/new.md': promptText([{ command: 'true' }]) });
		const end = await runAction(ACTION, sandbox.folder, { inputs: { gate: 'true', upload: 'false' } });
		assert.equal([end.exitCode, end.outputs['exit-code'], end.outputs['gate-exit-code']], [7, '0', '7'], end.log);
		assert.equal(end.uses, []);
		sandbox.remove();
	});

	test('takes nothing in its inputs for shell', async () => {
		const sandbox = createSandbox(FILES);
		const end = await runAction(ACTION, sandbox.folder, { inputs: { prompts: '$(touch pwned)\n"; touch pwned; "' } });
		assert.is(end.exitCode, 2);
		assert.not(existsSync(sandbox.path('pwned')));
		sandbox.remove();
	});
});

describe('the comment of action.yml', ({ test, beforeEach, afterEach }) => {
	let server: CommentsServer;
	let sandbox: Sandbox;
	const comment = (changes: Readonly<Record<string, string>> = {}): Promise<ActionEnd> =>
		runAction(ACTION, sandbox.folder, {
			inputs: { comment: 'true', upload: 'false', ...changes },
			env: {
				GITHUB_API_URL: server.url,
				GITHUB_REPOSITORY: 'owner/repo',
				GITHUB_EVENT_PATH: sandbox.path('event.json'),
			},
		});
	beforeEach(async () => {
		server = await startCommentsServer(Array.from({ length: 130 }, (_, index) => `Comment ${index} of somebody`));
		sandbox = createSandbox({ ...FILES, 'event.json': JSON.stringify({ pull_request: { number: 7 } }) });
	});
	afterEach(async () => {
		await server.close();
		sandbox.remove();
	});

	test('is written once and kept up to date, beyond the first page of comments', async () => {
		assert.is((await comment()).exitCode, 0);
		assert.is(server.comments.length, 131);
		const ours = server.comments[130];
		assert.match(ours?.body ?? '', /^<!-- tenfold verify prompts verify -->\n## verify: passed\n/);
		assert.is(server.authorization(), 'Bearer token-of-the-job');
		assert.is((await comment({ prompts: 'other/bad one.md' })).exitCode, 1);
		assert.is(server.comments.length, 131);
		assert.match(ours?.body ?? '', '## verify: failed');
		await comment({ 'comment-key': 'another --> job' });
		assert.match(server.comments[131]?.body ?? '', /^<!-- tenfold verify another - job -->\n/);
	});
	test('is a warning where the token may not write', async () => {
		server.forbid();
		const end = await comment();
		assert.is(end.exitCode, 0);
		const [warning] = commandsIn(end.log);
		assert.is(warning?.name, 'warning');
		assert.match(warning?.data ?? '', 'answered with 403; it needs the permission pull-requests: write');
	});
	test('is left out for an event of no pull request', async () => {
		sandbox.write('event.json', '{}');
		assert.match((await comment()).log, 'there is nothing to comment on');
		assert.is(server.comments.length, 130);
	});
});
