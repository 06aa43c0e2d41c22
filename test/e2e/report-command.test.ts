import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

const PASSING = promptText([{ command: 'echo hello' }]);
const FAILING = promptText([{ command: 'echo one; exit 3', name: 'Ends badly' }]);

/** Runs of the sandbox, oldest first. */
const runsOf = (sandbox: Sandbox): string[] =>
	readdirSync(sandbox.path('reports'))
		.filter((name) => /^[0-9a-f-]{36}$/.test(name))
		.sort();

let sandbox: Sandbox;

describe('verify report', ({ test, before, after }) => {
	before(async () => {
		sandbox = createSandbox({ 'prompts/good.md': PASSING, 'prompts/bad.md': FAILING });
		const git = (...args: string[]) =>
			execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: sandbox.folder });
		git('init', '-q');
		git('add', '-A');
		git('commit', '-qm', 'first');
		await sandbox.verify('prompts/good.md');
		await sandbox.verify('prompts/bad.md');
		await sandbox.verify('prompts/good.md', 'prompts/bad.md');
	});
	after(() => sandbox.remove());

	test('has nothing to do after a run: the page, the index and what later runs need are written', () => {
		const html = sandbox.read('reports/latest/report.html');
		const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: sandbox.folder, encoding: 'utf8' }).trim();
		assert.is(sandbox.record().commit, commit);
		for (const part of ['<h1>failed</h1>', commit.slice(0, 12), 'Ends badly', 'prompts/good.md'])
			assert.ok(html.includes(part), part);
		assert.is(html.match(/\/report\.html" title="/g)?.length, 2, 'the runs before');
		const index = sandbox.read('reports/index.html');
		for (const run of runsOf(sandbox)) assert.ok(index.includes(`${run}/report.html`), run);
		assert.is(sandbox.read('reports/latest/prompts--bad/prompt.md'), sandbox.read('prompts/bad.md'));
		assert.is(JSON.parse(sandbox.read('reports/latest/summary.json')).prompts.length, 2);
	});

	test('keeps apart what prompts with much the same path printed', async () => {
		const texts = { 'x/y.md': 'echo one; exit 3', 'x-y.md': 'echo two; exit 3' };
		const twins = createSandbox(
			Object.fromEntries(Object.entries(texts).map(([file, command]) => [file, promptText([{ command }])])),
		);
		try {
			assert.is((await twins.verify(...Object.keys(texts))).code, 1);
			const printed = twins.record().prompts.map(({ file, steps }) => {
				const { output } = steps[0]?.attempts[0] ?? {};
				return [file, twins.read(`reports/latest/${output?.file}`)];
			});
			assert.equal(Object.fromEntries(printed), { 'x/y.md': 'one\n', 'x-y.md': 'two\n' });
			for (const folder of ['x--y', 'x-y'])
				assert.ok(existsSync(twins.path(`reports/latest/${folder}/prompt.md`)), folder);
		} finally {
			twins.remove();
		}
	});

	test('writes the same page again, by default of the newest run', async () => {
		const written = sandbox.read('reports/latest/report.html');
		const { code, stdout } = await sandbox.verify('report');
		assert.equal([code, stdout.trim()], [0, 'reports/latest/report.html']);
		assert.is(sandbox.read('reports/latest/report.html'), written);
		const [first = ''] = runsOf(sandbox);
		assert.is((await sandbox.verify('report', first, '--output', 'first.html')).code, 0);
		assert.ok(sandbox.read('first.html').includes(first));
	});

	test('speaks every format on stdout', async () => {
		const print = async (format: string): Promise<string> =>
			(await sandbox.verify('report', '--format', format)).stdout;
		assert.match(await print('md'), /^## verify: failed/);
		assert.equal(JSON.parse(await print('json')), sandbox.record());
		assert.match(await print('junit'), /^<\?xml/);
		assert.match(await print('tap'), /^TAP version 14/);
	});

	test('joins shards to the same bytes in any order', async () => {
		const [good = '', bad = ''] = runsOf(sandbox).map((run) => `reports/${run}/run.json`);
		for (const format of ['html', 'md', 'json', 'junit', 'tap']) {
			const merge = (...files: string[]) =>
				sandbox.verify('report', '--merge', ...files, '--format', format, '--output=-');
			const [one, other] = await Promise.all([merge(good, bad), merge(bad, good)]);
			assert.is(one.code, 0, one.stderr);
			assert.is(one.stdout, other.stdout, format);
			assert.ok(one.stdout.includes('good.md') && one.stdout.includes('bad.md'), format);
		}
		await sandbox.verify('report', '--merge', good, bad);
		assert.ok(existsSync(sandbox.path('reports/merged.html')));
	});

	test('takes nothing from outside of a record’s folder, whatever the record names', async () => {
		sandbox.write('elsewhere/secret.txt', 'c2VjcmV0 of this machine');
		for (const file of [
			'../secret.txt',
			'x/../../secret.txt',
			sandbox.path('elsewhere/secret.txt'),
			'prompts--bad/1/kept.txt',
		]) {
			const [bad = ''] = runsOf(sandbox).slice(-1);
			const record = JSON.parse(sandbox.read(`reports/${bad}/run.json`));
			for (const prompt of record.prompts)
				for (const step of prompt.steps)
					for (const attempt of step.attempts) attempt.output = { ...attempt.output, file };
			sandbox.write('elsewhere/run/run.json', JSON.stringify(record));
			sandbox.write('elsewhere/run/prompts--bad/1/kept.txt', 'c2VjcmV0 of this machine');
			assert.is((await sandbox.verify('report', 'elsewhere/run/run.json', '--output', 'out.html')).code, 0);
			const chunk = /id="chunk-0">([^<]*)</.exec(sandbox.read('out.html'))?.[1] ?? '';
			const details = inflateRawSync(Buffer.from(chunk, 'base64')).toString();
			assert.is(details.includes('c2VjcmV0'), file === 'prompts--bad/1/kept.txt', file);
		}
	});

	test('says what it cannot do', async () => {
		for (const [args, message] of [
			[['--format', 'pdf'], /Unknown format "pdf" \[USAGE\]/],
			[['--merge'], /Cannot merge: no record was named/],
			[['a', 'b'], /Cannot report 2 runs at once/],
			[['no-such-run'], /\[FILE_MISSING\]/],
			[['prompts/good.md.json'], /\[FILE_MISSING\]/],
		] as const) {
			const { code, stderr } = await sandbox.verify('report', ...args);
			assert.ok(code !== 0, String(args));
			assert.match(stderr, message);
		}
	});

	test('opens nothing in CI', async () => {
		const { stderr, code } = await sandbox.start(['report', '--open'], { CI: 'true' }).finished;
		assert.is(code, 0);
		assert.match(stderr, /not opened, this is CI/);
	});

	test('leaves pages alone under --no-html, and needs no repository', async () => {
		const bare = createSandbox({ 'a.md': PASSING });
		try {
			assert.is((await bare.verify('a.md', '--no-html')).code, 0);
			assert.not.ok(existsSync(bare.path('reports/latest/report.html')));
			assert.not.ok(existsSync(bare.path('reports/index.html')));
			assert.is(bare.record().commit, null);
			// A run without a summary is still known to the next one.
			assert.is((await bare.verify('a.md')).code, 0);
			assert.ok(readFileSync(bare.path('reports/index.html'), 'utf8').includes(runsOf(bare)[0] ?? 'no run'));
		} finally {
			bare.remove();
		}
	});
});
