import { existsSync, rmSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { until } from '../helpers/processes.ts';
import { describe } from '../helpers/suite.ts';
import { countsIn, createSandbox, promptText, type Sandbox, type StepText } from '../helpers/verify-cli.ts';

let sandbox: Sandbox;

async function attemptOf(step: StepText, ...args: string[]) {
	sandbox.write('a.md', promptText([step]));
	const result = await sandbox.verify('a.md', ...args);
	const attempt = sandbox.record().prompts[0]?.steps[0]?.attempts[0];
	if (!attempt) throw new Error(`No attempt: ${result.stdout}${result.stderr}`);
	return { ...result, attempt };
}

describe('an early end', ({ test, beforeEach, afterEach }) => {
	beforeEach(() => {
		sandbox = createSandbox();
	});
	afterEach(() => sandbox.remove());

	test('comes with an error pattern that two writes share', async () => {
		sandbox.write(
			'crash.sh',
			'echo before; printf Trace; sleep 0.2; printf "back (most recent)\\n"; sleep 60 & sleep 60',
		);
		const { code, stdout, attempt } = await attemptOf({ command: 'sh crash.sh' });
		assert.is(code, 1);
		assert.is(attempt.reason, 'error-pattern');
		assert.match(stdout, '"Traceback" in line 2 of the output');
		assert.match(attempt.output.head, /^before\nTraceback/);
		assert.equal(sandbox.leftovers(), []);
		assert.is(countsIn(sandbox.read('a.md')), '0:1');
	});

	test('does not come for text that the expectation demands', async () => {
		const { code, stdout } = await attemptOf({ command: 'echo 1 FAILED', more: ['**Expected**: `1 FAILED`'] });
		assert.is(code, 0, stdout);
	});

	test('comes with silence, after a warning at half of the limit', async () => {
		const { code, stdout, stderr, attempt } = await attemptOf({
			command: 'echo started; sleep 60',
			more: ['**Stall**: 400ms'],
		});
		assert.is(code, 1);
		assert.is(attempt.reason, 'stall');
		assert.match(stderr, 'has been silent for');
		assert.match(stdout, 'last line started');
		assert.equal(sandbox.leftovers(), []);
	});

	test('does not come for a command that kept its limits while verify itself was stopped', async () => {
		for (const limit of ['Timeout', 'Stall']) {
			const command = 'touch began; sleep 0.3; touch ended';
			sandbox.write('a.md', promptText([{ command, more: [`**${limit}**: 1s`] }]));
			const run = sandbox.start(['a.md', '--json']);
			await until(() => existsSync(sandbox.path('began')), 'it runs');
			run.child.kill('SIGSTOP');
			const stoppedAt = performance.now();
			await until(() => existsSync(sandbox.path('ended')) && performance.now() - stoppedAt > 1500, 'it is long over');
			run.child.kill('SIGCONT');
			const { code, stdout } = await run.finished;
			assert.is(code, 0, stdout);
			for (const file of ['began', 'ended']) rmSync(sandbox.path(file));
		}
	});

	test('comes when the time is over, however much is printed', async () => {
		const { code, attempt } = await attemptOf({
			command: 'while :; do echo tick; sleep 0.02; done',
			more: ['**Timeout**: 500ms'],
		});
		assert.is(code, 1);
		assert.is(attempt.reason, 'timeout');
		assert.match(attempt.output.head, /^tick\n/);
		assert.equal(sandbox.leftovers(), []);
	});

	test('kills a child that ignores TERM, and one that left for a session of its own', async () => {
		sandbox.write(
			'stubborn.sh',
			'trap "" TERM; (trap "" TERM; while :; do sleep 1; done) & setsid sleep 60 & echo deaf; while :; do sleep 1; done',
		);
		const { code, attempt } = await attemptOf(
			{ command: 'sh stubborn.sh', more: ['**Timeout**: 500ms'] },
			'--grace',
			'300ms',
		);
		assert.is(code, 1);
		assert.is(attempt.reason, 'timeout');
		assert.match(attempt.output.head, 'deaf');
		assert.equal(sandbox.leftovers(), []);
	});

	test('kills what a step leaves behind and names it', async () => {
		const { attempt } = await attemptOf({ command: 'sleep 61 & sleep 0.05; echo done' });
		assert.is(attempt.outcome, 'passed');
		assert.ok(
			attempt.leaked.some(({ command }) => command.includes('sleep 61')),
			JSON.stringify(attempt.leaked),
		);
		assert.equal(sandbox.leftovers(), []);
	});

	test('keeps memory bounded and the digest right in a flood', async () => {
		const { code, attempt } = await attemptOf({ command: 'yes 0123456789abcde | head -c 100000000' });
		assert.is(code, 0);
		assert.is(attempt.output.bytes, 100_000_000);
		// sha256 of `yes 0123456789abcde | head -c 100000000`, from sha256sum.
		assert.is(attempt.output.sha256, FLOOD_SHA256);
	});

	test('comes with Ctrl-C: cancelled, written, not counted, exit 130', async () => {
		sandbox.write('a.md', promptText([{ command: 'true' }, { command: 'echo running; sleep 60' }]));
		const run = sandbox.start(['a.md', '--verbose', '--json']);
		await run.sees('"number":2');
		run.child.kill('SIGINT');
		const { code, stderr } = await run.finished;
		assert.is(code, 130, stderr);
		const record = sandbox.record();
		assert.is(record.verdict, 'interrupted');
		assert.equal(
			record.prompts[0]?.steps.map(({ outcome }) => outcome),
			['passed', 'aborted'],
		);
		assert.is(countsIn(sandbox.read('a.md')), '1:0');
		assert.equal(sandbox.leftovers(), []);
	});

	test('comes with SIGTERM and SIGHUP, and tells everywhere the code that it ends with', async () => {
		for (const [signal, exitCode] of [
			['SIGTERM', 143],
			['SIGHUP', 129],
		] as const) {
			sandbox.write('a.md', promptText([{ command: 'echo running; sleep 60' }]));
			for (const args of [[], ['--repeat', '2']]) {
				const run = sandbox.start(['a.md', '--json', ...args]);
				await run.sees('"step-started"');
				run.child.kill(signal);
				const { code, stdout, stderr } = await run.finished;
				assert.is(code, exitCode, stderr);
				assert.match(stderr, `verify: interrupted (exit code ${exitCode})`);
				assert.match(stdout, `"exitCode":${exitCode},"verdict":"interrupted"`);
				assert.is(sandbox.record().exitCode, exitCode);
			}
		}
	});

	test('comes at once with a second Ctrl-C, also for a step that ignores TERM', async () => {
		sandbox.write('a.md', promptText([{ command: "trap '' TERM; while :; do sleep 0.1; done" }]));
		const run = sandbox.start(['a.md', '--json', '--grace', '50s']);
		await run.sees('"step-started"');
		run.child.kill('SIGINT');
		await run.sees('interrupted, cancelling');
		run.child.kill('SIGINT');
		assert.is((await run.finished).code, 130);
		assert.equal(await sandbox.leftoversAtLast(), []);
	});
});

const FLOOD_SHA256 = 'cb6084a64c96e790be674b652481304bd7fc87d5c033b544f236fa1db9eb6a81';
