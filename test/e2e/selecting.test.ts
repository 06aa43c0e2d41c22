import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

const git = (...args: string[]): void => {
	const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
	execFileSync('git', [...identity, ...args], { cwd: sandbox.folder, stdio: 'pipe' });
};
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
const planned = async (...args: string[]): Promise<readonly string[]> => {
	const { code, stdout, stderr } = await sandbox.verify(...args, '--dry-run', '--json');
	assert.is(code, 0, stderr);
	const { prompts } = JSON.parse(stdout) as { prompts: { file: string; steps: { number: number }[] }[] };
	return prompts.flatMap(({ file, steps }) => steps.map(({ number }) => `${file}:${number}`));
};

describe('a selection of steps', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	test('says which step of all failed, how to run it as it ran, and what this machine lacks for another', async () => {
		const steps = [
			{ command: 'true', name: 'One' },
			{ command: 'echo oops; sleep 20', name: 'Two' },
			{ command: 'true', name: 'Three', more: ['**Requires**: no-such-program'] },
			{ command: 'true', name: 'Four' },
		];
		sandbox.write('a.md', promptText(steps, '0:0', 'verify:\n  stop: never'));
		const { code, stdout } = await sandbox.verify('a.md', '--step', '2-3', '--error-pattern', 'oops', '--no-write');
		assert.is(code, 1);
		assert.match(stdout, /^FAIL {2}a\.md:\d+ {2}step 2\/4 "Two" {2}error-pattern/m);
		assert.match(stdout, /^ {2}next {6}verify a\.md --step 2 --error-pattern oops --no-write$/m);
		assert.match(stdout, /^SKIP {2}a\.md:\d+ {2}step 3\/4 "Three" {2}no-such-program is not on PATH$/m);
	});
	test('runs what meets all of --step, --grep and --tag, and counts no other', async () => {
		const steps = [
			{ command: 'true', name: 'Build', more: ['**Tags**: fast'] },
			{ command: 'true', name: 'Test', more: ['**Tags**: slow, fast'] },
			{ command: 'false', name: 'Test more' },
		];
		sandbox.write('a.md', promptText(steps));
		sandbox.write('b.md', promptText([{ command: 'true', name: 'Other' }], '0:0', 'verify:\n  tags: [fast]'));
		const { code, stderr } = await sandbox.verify(
			'a.md',
			'b.md',
			'--grep',
			'/^Test( more)?$/',
			'--tag',
			'fast',
			'--step',
			'2,build',
		);
		assert.is(code, 0, stderr);
		assert.equal(ran(), { 'a.md': [2] });
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
		assert.equal(await planned('a.md', 'b.md', '--tag', 'fast,!slow'), ['a.md:1', 'b.md:1']);
		assert.equal(await planned('a.md', 'b.md', '--grep', '/^(Other|Build)$/'), ['a.md:1', 'b.md:1']);
		assert.equal(await planned('a.md', '--step', 'test more'), ['a.md:3']);
	});

	test('says what was probably meant when nothing is selected', async () => {
		sandbox.write('a.md', promptText([{ command: 'true', name: 'Build', more: ['**Tags**: smoke'] }]));
		const { code, stderr } = await sandbox.verify('a.md', '--tag', 'smoek', '--step', 'Biuld');
		assert.is(code, 5);
		assert.match(
			stderr,
			'--step Biuld selects nothing, did you mean Build?; --tag smoek selects nothing, did you mean smoke?',
		);
		assert.not.ok(readdirSync(sandbox.folder).includes('reports'));
	});

	test('runs what the background keeps up for a selected step, and setup', async () => {
		sandbox.write(
			'a.md',
			promptText(
				[
					{ command: 'echo ready > up; sleep 60', more: ['**Background**: yes'] },
					{ command: 'false' },
					{ command: 'until test -e up; do sleep 0.01; done; test -e set' },
				],
				'0:0',
				'verify:\n  setup: touch set',
			),
		);
		const { code, stdout } = await sandbox.verify('a.md', '--step', '3');
		assert.is(code, 0, stdout);
		assert.equal(ran(), { 'a.md': [1, 3] });
	});

	test('settles no part of a prompt that counts as a whole', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }, { command: 'true' }], '0:0', 'verify:\n  count: run'));
		assert.is((await sandbox.verify('a.md', '--step', '1')).code, 0);
		assert.is(countsIn(sandbox.read('a.md')), '0:0');
		assert.match(sandbox.read('.ledger/a.md.jsonl'), '"complete":false');
		assert.is((await sandbox.verify('a.md')).code, 0);
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
		assert.is((await sandbox.verify('audit', 'a.md')).code, 0);
	});

	test('runs what failed last, and remembers what a part did not run', async () => {
		sandbox.write(
			'a.md',
			promptText(
				[{ command: 'test -e one' }, { command: 'true' }, { command: 'test -e three' }],
				'0:0',
				'verify:\n  stop: never',
			),
		);
		sandbox.write('b.md', promptText([{ command: 'true' }]));
		const none = await sandbox.verify('a.md', '--failed');
		assert.is(none.code, 5);
		assert.match(none.stderr, 'nothing of it failed the last time');
		await sandbox.verify('a.md', './b.md');
		sandbox.write('one', '');
		await sandbox.verify('./a.md', 'b.md', '--failed');
		assert.equal(ran(), { './a.md': [1, 3] });
		assert.equal(await planned('a.md', 'b.md', '--failed'), ['a.md:3']);
		sandbox.write('three', '');
		assert.is((await sandbox.verify('a.md', '--failed')).code, 0);
		assert.is((await sandbox.verify('a.md', '--failed')).code, 5);
	});

	test('runs what changed since a revision: steps and watched files, not counts', async () => {
		for (const name of ['a', 'b', 'c'])
			sandbox.write(`${name}.md`, promptText([{ command: 'true', more: [`**Watches**: \`src/${name}/*.js\``] }]));
		sandbox.write('src/b/x.js', '1');
		git('init', '-q', '.');
		git('add', '.');
		git('commit', '-qm', 'One');
		await sandbox.verify('a.md', 'b.md', 'c.md');
		const nothing = await sandbox.verify('a.md', 'b.md', 'c.md', '--changed', 'HEAD');
		assert.is(nothing.code, 5, nothing.stderr);
		sandbox.write('a.md', sandbox.read('a.md').replace('`true`', '`true true`'));
		sandbox.write('src/b/x.js', '2');
		assert.equal(await planned('a.md', 'b.md', 'c.md', '--changed', 'HEAD'), ['a.md:1', 'b.md:1']);
		const unknown = await sandbox.verify('a.md', '--changed', 'nowhere');
		assert.is(unknown.code, 2);
		assert.match(unknown.stderr, 'Cannot compare with nowhere');
	});

	test('splits into parts that together are the whole, the same after one of them ran', async () => {
		const names = ['a.md', 'b.md', 'c.md', 'd.md', 'e.md'];
		for (const name of names) sandbox.write(name, promptText([{ command: name === 'c.md' ? 'sleep 0.5' : 'true' }]));
		git('init', '-q', '.');
		await sandbox.verify(...names, '--no-html');
		git('add', '.');
		git('commit', '-qm', 'With what each took');
		const parts = async (): Promise<readonly (readonly string[])[]> => [
			await planned(...names, '--shard', '1/2'),
			await planned(...names, '--shard', '2/2'),
		];
		const first = await parts();
		assert.equal(
			first.flat().sort(),
			names.map((name) => `${name}:1`),
		);
		// What takes longer than all others together has a part of its own.
		assert.ok(
			first.some((part) => part.length === 1 && part[0] === 'c.md:1'),
			JSON.stringify(first),
		);
		await sandbox.verify(...names, '--shard', '1/2');
		assert.equal(await parts(), first);
		const empty = await sandbox.verify('a.md', '--shard', '2/2');
		assert.is(empty.code, 5);
		assert.match(empty.stderr, 'shard 2 of 2 is empty');
	});

	test('shuffles the prompts by a seed that it prints', async () => {
		const names = ['a.md', 'b.md', 'c.md', 'd.md', 'e.md', 'f.md'];
		for (const name of names) sandbox.write(name, promptText([{ command: 'true' }]));
		const { stderr } = await sandbox.verify(...names, '--seed', 'random', '--jobs', '1', '--no-html');
		const seed = /again with --seed (\d+)/.exec(stderr)?.[1] ?? '';
		assert.is(sandbox.record().seed, Number(seed));
		const order = sandbox.record().prompts.map(({ file }) => `${file}:1`);
		assert.equal(await planned(...names, '--seed', seed), order);
		assert.equal(await planned(...names.toReversed(), '--seed', seed), order);
	});
});
