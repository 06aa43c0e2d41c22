import { rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { describe } from '../helpers/suite.ts';
import { hasTerminal, startAtTerminal } from '../helpers/terminal.ts';
import { countsIn, createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

describe('verify --watch', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	test('runs again what a change touches, and not for what it wrote itself', async () => {
		sandbox.write(
			'a.md',
			promptText([{ command: 'true', name: 'Build', more: ['**Watches**: `src/**/*.js`'] }, { command: 'true' }]),
		);
		sandbox.write('b.md', promptText([{ command: 'true' }]));
		const watch = sandbox.start(['a.md', 'b.md', '--watch', '--no-html']);
		await watch.sees('verify: waiting for a change of a.md, b.md; Ctrl-C ends');
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
		sandbox.write('src/deep/new.js', '1');
		await watch.sees('verify: src/deep/new.js changed, running a.md');
		await watch.sees('2:0 -> 3:0');
		await watch.sees('verify: waiting for a change of a.md, b.md and 1 watched file; Ctrl-C ends');
		sandbox.write('b.md', sandbox.read('b.md').replace('`true`', '`echo other`'));
		await watch.sees('verify: b.md changed, running b.md');
		await watch.sees('b.md  1 step');
		await watch.sees('1:0 -> 2:0');
		rmSync(sandbox.path('src/deep'), { recursive: true });
		await watch.sees('3:0 -> 4:0');
		watch.child.kill('SIGINT');
		assert.is((await watch.finished).code, 130);
		assert.is(countsIn(sandbox.read('a.md')), '4:0');
		assert.is(countsIn(sandbox.read('b.md')), '2:0');
		assert.equal(await sandbox.leftoversAtLast(), []);
	});

	test('waits while a prompt is gone, and runs it once it is there again', async () => {
		const text = promptText([{ command: 'true' }]);
		sandbox.write('a.md', text);
		const watch = sandbox.start(['a.md', '--watch', '--no-html']);
		await watch.sees('waiting for a change');
		rmSync(sandbox.path('a.md'));
		await watch.sees('invalid (exit code 2), nothing ran');
		sandbox.write('a.md', text.replace('`true`', '`echo whole`'));
		await watch.sees('verify: a.md changed, running a.md');
		await watch.sees('verify: passed');
		watch.child.kill('SIGTERM');
		assert.is((await watch.finished).code, 143);
	});

	test('waits for an executor that is away, and says what to do', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		const watch = sandbox.start(['a.md', '--watch', '--executor', 'ws://127.0.0.1:1/ws/mcp']);
		await watch.sees('[EXECUTOR_UNREACHABLE]');
		await watch.sees('next: Start an executor there');
		await watch.sees('verify: waiting for a change of a.md');
		watch.child.kill('SIGINT');
		assert.is((await watch.finished).code, 130);
	});

	test('ends with its last run when nobody reads on', async () => {
		sandbox.write('a.md', promptText([{ command: 'true', more: ['**Watches**: `data`'] }]));
		const watch = sandbox.start(['a.md', '--watch', '--no-html']);
		await watch.sees('verify: waiting for a change of a.md');
		watch.child.stdout?.destroy();
		sandbox.write('data', '1');
		assert.is((await watch.finished).code, 0);
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
	});

	test('stops when a step writes what it watches', async () => {
		sandbox.write('a.md', promptText([{ command: 'date +%N >> out.txt', more: ['**Watches**: `out.txt`'] }]));
		const watch = sandbox.start(['a.md', '--watch', '--no-html']);
		await watch.sees('a step seems to write what it watches');
		watch.child.kill('SIGINT');
		assert.is((await watch.finished).code, 130);
	});

	test('cancels what runs when it is interrupted', async () => {
		sandbox.write('a.md', promptText([{ command: 'echo begun > begun; sleep 300', more: ['**Watches**: `begun`'] }]));
		const watch = sandbox.start(['a.md', '--watch', '--verbose', '--json']);
		await watch.sees('"type":"step-started"');
		watch.child.kill('SIGINT');
		assert.is((await watch.finished).code, 130);
		assert.equal(await sandbox.leftoversAtLast(), []);
	});

	if (!hasTerminal) return;
	test('takes keys at a terminal: Enter, f and q', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		sandbox.write('b.md', promptText([{ command: 'test -e there' }]));
		const { child, sees, end } = startAtTerminal(sandbox, 'a.md b.md --watch --no-html');
		await sees('Enter runs all, f what failed, q quits');
		child.stdin?.write('f');
		await sees('what failed, running b.md');
		await sees('q quits');
		sandbox.write('there', '');
		child.stdin?.write('\r');
		await sees('all, running a.md, b.md');
		await sees('q quits');
		child.stdin?.write('f');
		await sees('nothing failed last');
		child.stdin?.write('q');
		assert.is(await end, 0);
		assert.is(countsIn(sandbox.read('a.md')), '2:0');
		assert.is(countsIn(sandbox.read('b.md')), '1:2');
	});

	test('takes Ctrl-C at a terminal', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }]));
		const { child, sees, end } = startAtTerminal(sandbox, 'a.md --watch --no-html');
		await sees('q quits');
		child.stdin?.write('\u0003');
		assert.is(await end, 130);
	});
});
