import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { GroupSpec } from '../../src/core/ports.ts';
import type { ExecutionOutcome, Peer } from '../../src/executor/hooks.ts';
import { createLogger } from '../../src/executor/operation/create-logger.ts';
import { createHealthProbes, startHealthChecks } from '../../src/executor/operation/health-checks.ts';
import { createMetrics } from '../../src/executor/operation/metrics.ts';
import { readCommandPolicy } from '../../src/executor/policy/command-policy.ts';
import { openAuditLog } from '../../src/executor/security/audit-log.ts';
import { bearerOf, isSameSecret } from '../../src/executor/security/bearer.ts';
import { createGuard, type GuardRules } from '../../src/executor/security/create-guard.ts';
import { createRateLimit } from '../../src/executor/security/rate-limit.ts';
import { scrubEnv } from '../../src/executor/security/scrub-env.ts';
import { limitGroup, sandboxGroup } from '../../src/executor/security/wrap-group.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { check } from '../helpers/check.ts';
import { createFakeClock } from '../helpers/fake-clock.ts';
import { describe } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const NO_LIMITS = { cpuSeconds: 0, memoryBytes: 0, openFiles: 0, processes: 0 };
const PEER: Peer = { sessionId: 's1', address: '192.0.2.1' };
const group = (command: string, more: Partial<GroupSpec> = {}): GroupSpec => ({
	command,
	shell: 'sh',
	cwd: '/',
	env: { PATH: process.env.PATH ?? '' },
	...more,
});
const run = ({ shell, command, cwd, env }: GroupSpec) =>
	spawnSync(shell, ['-c', command], { cwd, env, encoding: 'utf8', timeout: 20_000 });

describe('bearerOf(), isSameSecret()', ({ test }) => {
	test('reads the token of a Bearer header and of no other', () => {
		assert.is(bearerOf('Bearer abc'), 'abc');
		assert.is(bearerOf('bearer  a.b~c== '), 'a.b~c==');
		for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'xBearer abc']) {
			assert.is(bearerOf(header), '');
		}
	});
	test('compares as === does', () => {
		check(fc.property(fc.string(), fc.string(), (a, b) => isSameSecret(a, b) === (a === b) && isSameSecret(a, a)));
	});
});

describe('scrubEnv()', ({ test }) => {
	test('drops names by pattern, whatever their case', () => {
		const env = { PATH: '/bin', GITHUB_TOKEN: 'x', Api_Key: 'y', KEYBOARD: 'z', EMPTY: undefined };
		assert.equal(scrubEnv(env, ['*TOKEN*', '*_KEY']), { PATH: '/bin', KEYBOARD: 'z' });
		assert.equal(scrubEnv({ 'A.B': '1', AxB: '2' }, ['A.B']), { AxB: '2' });
	});
});

describe('createRateLimit()', ({ test }) => {
	test('gives each key its share, which comes back evenly', () => {
		const clock = createFakeClock();
		const limit = createRateLimit(2, clock);
		assert.equal([limit.admit('a'), limit.admit('a'), limit.admit('a'), limit.admit('b')], [true, true, false, true]);
		clock.advance(30_000);
		assert.equal([limit.admit('a'), limit.admit('a')], [true, false]);
	});
	test('limits nothing at 0', () => {
		const limit = createRateLimit(0, createFakeClock());
		for (let count = 0; count < 1000; count += 1) assert.ok(limit.admit('a'));
	});
});

describe('limitGroup()', ({ test }) => {
	test('changes nothing where there is no limit', () => {
		const plain = group('echo hi');
		assert.is(limitGroup(plain, NO_LIMITS), plain);
	});
	test('sets the limits of the system', () => {
		const limits = { cpuSeconds: 7, memoryBytes: 512 * 1024 * 1024, openFiles: 64, processes: 4000 };
		const { stdout } = run(limitGroup(group('ulimit -t; ulimit -v; ulimit -n'), limits));
		assert.is(stdout, '7\n524288\n64\n');
	});
	test('ends what uses too much processor time', () => {
		const { signal, status } = run(limitGroup(group('while :; do :; done'), { ...NO_LIMITS, cpuSeconds: 1 }));
		assert.ok(signal !== null || (status ?? 0) > 128, `${signal} ${status}`);
	});
	test('keeps every command as it is', () => {
		const texts = fc.array(fc.constantFrom("'", '"', '\\', '$x', '\n', ' ', 'a', '`', '!', ';', '#'), {
			maxLength: 12,
		});
		check(
			fc.property(texts, (pieces) => {
				const text = pieces.join('');
				const shown = group('printf %s "$TEXT"', { env: { PATH: process.env.PATH ?? '', TEXT: text } });
				const inline = group(`printf %s '${text.replaceAll("'", "'\\''")}'`);
				const limits = { ...NO_LIMITS, openFiles: 100 };
				return run(limitGroup(inline, limits)).stdout === run(shown).stdout;
			}),
			{ numRuns: 30 },
		);
	});
});

describe('createGuard()', ({ test }) => {
	const env = { PATH: '/usr/bin:/bin', HOME: '/root' };
	const guardOf = (rules: Partial<GuardRules>) =>
		createGuard({
			roots: [],
			rate: createRateLimit(0, nodeClock),
			limits: NO_LIMITS,
			env,
			shell: 'sh',
			problem: () => null,
			...rules,
		});
	const refuse = (rules: Partial<GuardRules>, given: GroupSpec) =>
		guardOf(rules).refuse({ executionId: 'e', group: given, peer: PEER });
	const policy = readCommandPolicy('{"allow": ["ls"]}', 'p');

	test('refuses commands, shells and variables that the policy does not allow', () => {
		assert.is(refuse({ policy }, group('ls', { env })), null);
		assert.is(refuse({ policy }, group('rm x', { env })), 'rm is not allowed');
		assert.is(refuse({ policy }, group('ls', { env, shell: '/tmp/sh' })), 'The shell /tmp/sh is not allowed');
		for (const name of ['PATH', 'LD_PRELOAD', 'BASH_ENV', 'GIT_SSH_COMMAND', 'BASH_FUNC_ls%%']) {
			assert.is(
				refuse({ policy }, group('ls', { env: { ...env, [name]: '/tmp' } })),
				`The variable ${name} may not be set`,
			);
		}
		assert.is(
			refuse({ policy }, group('ls', { env: { ...env, VERIFY_MARKER: 'm', IMPLEMENTATION: '/x', lower: '1' } })),
			null,
		);
	});
	test('keeps commands inside the roots, through links and dots', async () => {
		await using folder = await createTempFolder();
		const root = join(folder.path, 'root');
		mkdirSync(join(root, 'inner'), { recursive: true });
		mkdirSync(join(folder.path, 'root-not'));
		symlinkSync(folder.path, join(root, 'out'));
		const at = (cwd: string) => refuse({ roots: [root] }, group('ls', { cwd }));
		assert.is(at(root), null);
		assert.is(at(join(root, 'inner')), null);
		for (const cwd of [folder.path, join(root, 'out'), `${root}/../`, `${root}-not`, join(root, 'missing'), '/']) {
			assert.match(at(cwd) ?? '', 'Commands may not start in');
		}
	});
	test('refuses executions beyond the rate, and all while there is a problem', () => {
		const guard = guardOf({ rate: createRateLimit(1, createFakeClock()) });
		const request = { executionId: 'e', group: group('ls', { env }), peer: PEER };
		assert.is(guard.refuse(request), null);
		assert.is(guard.refuse(request), 'Too many executions a minute');
		assert.is(guard.refuse({ ...request, peer: { ...PEER, address: '192.0.2.2' } }), null);
		assert.is(refuse({ problem: () => 'The disk is full' }, group('ls', { env })), 'The disk is full');
	});
});

const outcome: ExecutionOutcome = {
	executionId: 'e1',
	commandSha256: 'abc',
	peer: PEER,
	exitCode: 0,
	signal: null,
	isCanceled: false,
	durationMs: 20,
	bytes: 5,
	droppedBytes: 0,
	leaked: 1,
};

describe('openAuditLog()', ({ test }) => {
	test('tells who ran what and how it ended, never a secret', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'audit.jsonl');
		const audit = openAuditLog(path, nodeClock, ['sesame"123']);
		audit.observer.sessionOpened(PEER);
		audit.observer.executionStarted({ executionId: 'sesame"123', commandSha256: 'abc', peer: PEER, cwd: '/' });
		audit.observer.executionEnded(outcome);
		audit.observer.executionRefused({
			executionId: 'e2',
			commandSha256: 'def',
			peer: PEER,
			reason: 'rm is not allowed',
		});
		audit.refused('192.0.2.9', 'no token');
		audit.close();
		const text = readFileSync(path, 'utf8');
		const lines = text
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		assert.equal(
			lines.map(({ event }) => event),
			['session-opened', 'started', 'ended', 'refused', 'turned-away'],
		);
		assert.is(lines[2].exit_code, 0);
		assert.is(lines[3].address, '192.0.2.1');
		assert.not.match(text, 'sesame');
		assert.is(statSync(path).mode & 0o777, 0o600);
	});
	test('goes on in a new file after a rotation', async () => {
		await using folder = await createTempFolder();
		const path = join(folder.path, 'audit.jsonl');
		const audit = openAuditLog(path, nodeClock, []);
		audit.observer.sessionOpened(PEER);
		renameSync(path, `${path}.1`);
		audit.reopen();
		audit.observer.sessionClosed(PEER);
		audit.close();
		assert.match(readFileSync(`${path}.1`, 'utf8'), 'session-opened');
		assert.match(readFileSync(path, 'utf8'), 'session-closed');
	});
	test('says that it cannot be written', () => {
		if (!existsSync('/dev/full')) return;
		const audit = openAuditLog('/dev/full', nodeClock, []);
		assert.is(audit.problem(), null);
		audit.observer.sessionOpened(PEER);
		assert.match(audit.problem() ?? '', /Cannot write the audit log .*ENOSPC/);
		audit.close();
	});
});

describe('createMetrics()', ({ test }) => {
	test('counts, and writes the text format', () => {
		const metrics = createMetrics();
		metrics.observer.sessionOpened(PEER);
		metrics.observer.executionStarted({ executionId: 'e1', commandSha256: 'abc', peer: PEER, cwd: '/' });
		metrics.observer.executionEnded(outcome);
		metrics.refused();
		const text = metrics.format({ healthy: { help: 'Is it', value: 1 } });
		for (const line of [
			'verify_executor_sessions 1',
			'verify_executor_executions 0',
			'verify_executor_executions_ended_total{outcome="completed"} 1',
			'verify_executor_execution_duration_seconds_bucket{le="0.01"} 0',
			'verify_executor_execution_duration_seconds_bucket{le="0.05"} 1',
			'verify_executor_execution_duration_seconds_count 1',
			'verify_executor_leaked_processes_total 1',
			'verify_executor_connections_refused_total 1',
			'# TYPE verify_executor_healthy gauge',
		]) {
			assert.ok(text.split('\n').includes(line), line);
		}
		// https://prometheus.io/docs/instrumenting/exposition_formats/
		for (const line of text.trimEnd().split('\n'))
			assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? [\d.e+-]+)$/);
		assert.ok(text.endsWith('\n'));
	});
});

describe('createLogger()', ({ test }) => {
	test('writes JSON lines from its level on', () => {
		const lines: string[] = [];
		const log = createLogger('warn', nodeClock, (line) => lines.push(line));
		log('info', 'no');
		log('warn', 'yes', { session: 's' });
		assert.is(lines.length, 1);
		assert.equal({ ...JSON.parse(lines[0] ?? ''), at: '' }, { at: '', level: 'warn', message: 'yes', session: 's' });
	});
});

describe('startHealthChecks()', ({ test }) => {
	const limits = { lagMs: 100, minFreeBytes: 1000, everyMs: 10_000 };
	const fine = { spawn: async () => {}, freeBytes: async () => 5000, takeLagMs: () => 0 };

	test('finds nothing wrong with this machine', async () => {
		const checks = await startHealthChecks(createHealthProbes('.'), { ...limits, lagMs: 60_000 }, nodeClock);
		checks.close();
		assert.equal(checks.problems(), []);
	});
	test('tells of spawning, disk and lag, and of their recovery', async () => {
		const clock = createFakeClock();
		const probes = {
			spawn: async () => {
				if (clock.nowMs() === startMs) throw new Error('EAGAIN');
			},
			freeBytes: async () => (clock.nowMs() === startMs ? 10 : 5000),
			takeLagMs: () => (clock.nowMs() === startMs ? 250 : 0),
		};
		const startMs = clock.nowMs();
		const checks = await startHealthChecks(probes, limits, clock);
		assert.equal(checks.problems(), [
			'No process can be started: EAGAIN',
			'The disk of the transcripts is full: 10 bytes are left',
			'The event loop waited 250 ms',
		]);
		clock.advance(10_000);
		await new Promise((resolve) => setImmediate(resolve));
		assert.equal(checks.problems(), []);
		checks.close();
	});
	test('counts a folder that it cannot look at', async () => {
		const checks = await startHealthChecks(
			{ ...fine, freeBytes: () => Promise.reject(new Error('gone')) },
			limits,
			nodeClock,
		);
		checks.close();
		assert.match(checks.problems()[0] ?? '', 'cannot be looked at: gone');
	});
});

const hasBwrap = ((): boolean => {
	try {
		execFileSync('bwrap', ['--ro-bind', '/', '/', '--unshare-net', 'true'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
})();

describe('sandboxGroup()', (suite) => {
	const test: typeof suite.test = hasBwrap
		? suite.test
		: (title) => suite.skip(title, 'bubblewrap is not installed, or may not be used here');
	const boxed = (command: string, more: { cwd?: string; writable?: string[]; hasNetwork?: boolean } = {}) =>
		run(
			sandboxGroup(group(command, more.cwd === undefined ? {} : { cwd: more.cwd }), {
				hasNetwork: more.hasNetwork ?? false,
				writable: more.writable ?? [],
			}),
		);

	test('shows the machine, and lets nothing be written', async () => {
		await using folder = await createTempFolder();
		const { stdout, status } = boxed('cat /etc/hostname >/dev/null && echo read; echo x > file || echo kept; exit 7', {
			cwd: folder.path,
		});
		assert.is(stdout, 'read\nkept\n');
		assert.is(status, 7);
		assert.not.ok(existsSync(join(folder.path, 'file')));
	});
	test('lets the writable folders be written, and a private /tmp', async () => {
		await using folder = await createTempFolder();
		const { stdout } = boxed('echo x > file && echo y > /tmp/private && ls /tmp/private', {
			cwd: folder.path,
			writable: [folder.path],
		});
		assert.is(stdout, '/tmp/private\n');
		assert.ok(existsSync(join(folder.path, 'file')));
		assert.not.ok(existsSync('/tmp/private'));
	});
	test('hides processes and the network', () => {
		assert.match(boxed('echo $$').stdout, /^[1-9]\n$/);
		assert.is(boxed("grep -vc -e lo: -e '|' /proc/net/dev").stdout, '0\n');
	});
	test('keeps arguments as they are', () => {
		assert.is(boxed(`printf '%s' "it's $((1 + 1))"`).stdout, "it's 2");
	});
});
