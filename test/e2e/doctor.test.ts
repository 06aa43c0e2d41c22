import { chmodSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as assert from 'uvu/assert';
import { CONTROL_NAMES } from '../../src/run/doctor/control.ts';
import { startLyingExecutor } from '../helpers/lying-executor.ts';
import { type StandaloneExecutor, startStandalone } from '../helpers/standalone-executor.ts';
import { describe } from '../helpers/suite.ts';
import { createSandbox, promptText, type Sandbox } from '../helpers/verify-cli.ts';

interface DoctorJson {
	readonly exitCode: number;
	readonly failed: readonly string[];
	readonly warned: readonly string[];
	readonly findings: readonly { readonly name: string; readonly mark: string; readonly detail: string }[];
	readonly controls: readonly { readonly name: string; readonly outcome: string }[];
}

describe('verify doctor', ({ test, before, after, beforeEach, afterEach }) => {
	let remote: StandaloneExecutor;
	let sandbox: Sandbox;
	before(async () => {
		remote = await startStandalone();
	});
	after(async () => {
		await remote.close();
	});
	beforeEach(() => {
		sandbox = createSandbox({ 'prompts/a.md': promptText([{ command: 'true' }]) });
	});
	afterEach(async () => {
		assert.equal(await sandbox.leftoversAtLast(), []);
		sandbox.remove();
	});

	const homeOf = (): Record<string, string> => ({
		HOME: sandbox.path('home'),
		XDG_STATE_HOME: sandbox.path('state'),
		CLAUDE_CONFIG_DIR: sandbox.path('home/.claude'),
	});
	const doctor = (...args: string[]) => sandbox.start(['doctor', ...args], homeOf()).finished;
	const json = async (...args: string[]): Promise<DoctorJson> => {
		const { stdout, stderr } = await doctor('--json', ...args);
		assert.is(stdout.trimEnd().split('\n').length, 1, stderr);
		return JSON.parse(stdout) as DoctorJson;
	};
	const markOf = ({ findings }: DoctorJson, name: string): string => {
		const found = findings.find((finding) => finding.name === name);
		return `${found?.mark} ${found?.detail}`;
	};

	test('finds all well with the embedded executor, and leaves no trace of its controls', async () => {
		const traces = () => readdirSync(tmpdir()).filter((name) => name.startsWith('verify-doctor-'));
		const before = traces();
		const { code, stdout, stderr } = await doctor();
		assert.is(code, 0, stdout + stderr);
		for (const name of CONTROL_NAMES) assert.match(stdout, new RegExp(`^  ok    ${name} `, 'm'));
		for (const name of [
			'tenfold',
			'node',
			'rg',
			'shell',
			'git',
			'ours',
			'claude-code',
			'retention',
			'prompts',
			'ledger',
			'reports',
			'executor key',
		]) {
			assert.match(stdout, new RegExp(`^  ok    ${name} `, 'm'), stdout);
		}
		assert.match(stderr, 'verify: doctor found all well (exit code 0)');
		assert.equal(
			traces().filter((name) => !before.includes(name)),
			[],
		);
		assert.equal(
			readdirSync(sandbox.folder).filter((name) => name === 'transcripts' || name === 'reports'),
			[],
		);
	});

	test('says how long our transcripts stay, as the config has it', async () => {
		await sandbox.verify('prompts/a.md');
		const ours = async (...flags: string[]) => markOf(await json(...flags), 'ours');
		assert.match(await ours(), /^ok transcripts, writable, 1 file, .*, pruned beyond 50 runs of each prompt$/);
		sandbox.write('verify.config.json', '{ "keepRuns": 0, "keepDays": 30, "keepBytes": "500M" }');
		assert.match(await ours(), /, pruned beyond 30 days, 524\.3 MB$/);
		sandbox.write('verify.config.json', '{ "keepRuns": 0 }');
		assert.match(await ours(), /, kept until you remove them$/);
	});

	test('finds all well with a server elsewhere', async () => {
		const result = await json('--executor', remote.url);
		assert.equal([result.exitCode, result.failed], [0, []]);
		assert.equal(
			result.controls.map(({ name, outcome }) => `${name} ${outcome}`),
			CONTROL_NAMES.map((name) => `${name} passed`),
		);
		assert.match(markOf(result, 'executor'), remote.url);
	});

	test('exits 3, names the control that failed and says what to do', async () => {
		const liar = await startLyingExecutor(remote.url, {
			tell: (message) =>
				message.method === 'process.completed' && message.params?.exit_code === 23
					? { ...message, params: { ...message.params, exit_code: 0 } }
					: message,
		});
		const { code, stdout, stderr } = await doctor('--executor', liar.url);
		await liar.close();
		assert.is(code, 3, stdout + stderr);
		assert.match(stdout, /^ {2}FAIL {2}known-fail +end: exit code 0 instead of exit code 23\n {8}next: Do not count/m);
		assert.match(stderr, 'verify: doctor failed: known-fail (exit code 3)');
	});

	test('looks at everything else when nobody answers', async () => {
		const result = await json('--executor', 'ws://127.0.0.1:9/ws/mcp');
		assert.equal([result.exitCode, result.failed, result.controls], [3, ['connect'], []]);
		assert.match(markOf(result, 'connect'), '[EXECUTOR_UNREACHABLE]');
		assert.match(markOf(result, 'git'), /^ok git version/);
	});

	test('gives the token that a server asks for', async () => {
		sandbox.write('token', 'a-token-of-more-than-thirty-two-letters');
		chmodSync(sandbox.path('token'), 0o600);
		const guarded = await startStandalone('--token-file', sandbox.path('token'));
		const refused = await json('--executor', guarded.url);
		const admitted = await json('--executor', guarded.url, '--token-file', 'token');
		await guarded.close();
		assert.equal([refused.failed, admitted.failed], [['connect'], []]);
	});

	test('finds all well under a command policy that allows what the page names', async () => {
		sandbox.write('policy.json', '{"allow": ["kill", "sleep", "yes", "head", "ps", "tr", "date"]}');
		const strict = await startStandalone('--policy', sandbox.path('policy.json'));
		const result = await json('--executor', strict.url);
		await strict.close();
		assert.equal(result.failed, []);
	});

	test('names what cannot be written, and a key that others may read', async () => {
		sandbox.write('reports', 'a file');
		sandbox.write('transcripts', 'a file');
		sandbox.write('state/tenfold/executor.key', 'no key');
		chmodSync(sandbox.path('state/tenfold/executor.key'), 0o644);
		const result = await json('prompts/a.md', 'prompts/missing.md');
		assert.is(result.exitCode, 3);
		assert.equal(result.failed, ['ours', 'missing.md', 'reports', 'executor key']);
		assert.match(markOf(result, 'executor key'), 'others may read it');
		assert.match(markOf(result, 'reports'), 'it is no folder');
	});

	test('warns of transcripts that are soon gone and of a ledger that git does not see', async () => {
		sandbox.write('home/.claude/settings.json', '{"cleanupPeriodDays": 2}');
		sandbox.write('.gitignore', '.ledger/');
		const { execFileSync } = await import('node:child_process');
		execFileSync('git', ['init', '-q', sandbox.folder]);
		const result = await json();
		assert.equal([result.exitCode, result.warned], [0, ['retention', 'ledger']]);
		assert.match(markOf(result, 'retention'), /^warn .* 2 days/);
	});

	test('ends what runs when it is interrupted', async () => {
		const running = sandbox.start(['doctor'], homeOf());
		await running.sees('known-fail');
		running.child.kill('SIGINT');
		const { code, stderr } = await running.finished;
		assert.is(code, 130, stderr);
	});

	test('says which shell is missing', async () => {
		const result = await json('--shell', 'no-such-shell');
		assert.equal(result.failed, ['shell']);
	});
});
