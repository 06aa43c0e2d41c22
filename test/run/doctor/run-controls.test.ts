import { readdirSync, readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { ExecutorClient } from '../../../src/client/client.ts';
import { connectExecutor } from '../../../src/client/connect-executor.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { nodeClock } from '../../../src/host/node-clock.ts';
import { nodeHashes } from '../../../src/host/node-hashes.ts';
import { nodeRandom } from '../../../src/host/node-random.ts';
import { nodeSignatures } from '../../../src/host/node-signatures.ts';
import { createNodeSigner } from '../../../src/host/node-signer.ts';
import { CONTROL_NAMES, type ControlSettings, resolveControlSettings } from '../../../src/run/doctor/control.ts';
import { assertQuickCheck, quickCheck } from '../../../src/run/doctor/quick-check.ts';
import { runControls } from '../../../src/run/doctor/run-controls.ts';
import { errorOf } from '../../helpers/client.ts';
import { startExecutor, type TestExecutor } from '../../helpers/executor.ts';
import { startFirstExecutor } from '../../helpers/first-executor.ts';
import { type LiedMessage, type Lies, startLyingExecutor } from '../../helpers/lying-executor.ts';
import { describe } from '../../helpers/suite.ts';

const host = { clock: nodeClock, random: nodeRandom, hashes: nodeHashes, signatures: nodeSignatures };

async function check(client: ExecutorClient, settings: ControlSettings = {}, clock: Clock = nodeClock) {
	const bench = { ...host, clock, client, evidence: null, settings: resolveControlSettings(settings) };
	const results = await runControls(bench);
	assert.equal(
		results.map(({ name }) => name),
		[...CONTROL_NAMES],
	);
	return results;
}

const failuresOf = (results: Awaited<ReturnType<typeof check>>): readonly string[] =>
	results.flatMap(({ name, outcome, detail }) => (outcome === 'passed' ? [] : [`${name}: ${detail}`]));

async function withLies<T>(url: string, lies: Lies, work: (client: ExecutorClient) => Promise<T>): Promise<T> {
	const liar = await startLyingExecutor(url, lies);
	const client = await connectExecutor(liar.url, host);
	try {
		return await work(client);
	} finally {
		await client.close();
		await liar.close();
	}
}

const mapParams = (message: LiedMessage, method: string, change: (params: Record<string, unknown>) => object) =>
	message.method === method && message.params
		? { ...message, params: { ...message.params, ...change(message.params) } }
		: message;

describe('runControls()', ({ test, before, after }) => {
	let honest: TestExecutor;
	before(async () => {
		honest = await startExecutor({ isTcp: true });
	});
	after(() => honest.close());

	const failuresWith = (
		lies: Lies,
		settings: ControlSettings = {},
		clock: Clock = nodeClock,
	): Promise<readonly string[]> =>
		withLies(honest.url, lies, async (client) => namesOf(await check(client, settings, clock)));

	test('passes an honest executor, also one that signs', async () => {
		const signing = await startExecutor({ signer: createNodeSigner() });
		for (const { url } of [honest, signing]) {
			const client = await connectExecutor(url, host);
			assert.equal(failuresOf(await check(client)), []);
			await client.close();
		}
		await signing.close();
	});

	test('passes an honest executor through a server that changes nothing', async () => {
		assert.equal(await failuresWith({}), []);
	});

	test('names the control of an executor that calls every end a success', async () => {
		const names = await failuresWith({
			tell: (message) =>
				mapParams(message, 'process.completed', () => ({ exit_code: 0, signal: null, status: 'completed' })),
		});
		assert.ok(names.includes('known-fail'), names.join());
		assert.not.ok(names.includes('known-pass'), names.join());
	});

	test('names the control of an executor that fails what passed', async () => {
		const names = await failuresWith({
			tell: (message) =>
				mapParams(message, 'process.completed', ({ exit_code }) => (exit_code === 0 ? { exit_code: 1 } : {})),
		});
		assert.ok(names.includes('known-pass'), names.join());
		assert.not.ok(names.includes('known-fail'), names.join());
	});

	test('names the control of an executor that does not cancel', async () => {
		const lies: Lies = {
			hear: (message) =>
				message.method === 'control'
					? JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { status: 'canceled' } })
					: message,
		};
		assert.equal(await failuresWith(lies, { cancelPatienceMs: 200 }), ['known-stall']);
	});

	test('names the control of an executor that drops a part of much output', async () => {
		let passed = 0;
		const names = await failuresWith({
			drops: (bytes) => {
				passed += bytes.length;
				return passed > 1_000_000 && passed < 1_100_000;
			},
		});
		assert.equal(names, ['known-flood']);
	});

	test('names the control of an executor that takes its marker from the output', async () => {
		let seen: string | undefined;
		const names = await failuresWith({
			drops: (bytes) => {
				// Only the forged ones stand in a bracket of their own.
				seen = /(MARKER_forged\w+) end/.exec(bytes.toString('latin1'))?.[1] ?? seen;
				return false;
			},
			tell: (message) => mapParams(message, 'process.completed', ({ marker }) => ({ marker: seen ?? marker })),
		});
		assert.is(names[0], 'known-forged-marker');
	});

	test('names the control of an executor that eats lines which look like a bracket', async () => {
		const names = await failuresWith({ drops: (bytes) => bytes.includes('MARKER_forged') });
		assert.equal(names, ['known-forged-marker']);
	});

	test('names the control of an executor that drops what a slow reader does not take', async () => {
		const PAUSE_MS = 987_654;
		const waiting: (() => void)[] = [];
		let hasDropped = false;
		// The reader pauses until something was dropped, however long that takes.
		const clock: Clock = {
			...nodeClock,
			schedule: (callback, delayMs) => {
				if (delayMs !== PAUSE_MS) return nodeClock.schedule(callback, delayMs);
				if (hasDropped) callback();
				else waiting.push(callback);
				return () => {};
			},
		};
		const lies: Lies = {
			drops: (_bytes, backlog) => {
				if (backlog < 1_000_000) return false;
				hasDropped ||= waiting.length > 0;
				for (const callback of waiting.splice(0)) callback();
				return true;
			},
		};
		const names = await failuresWith(lies, { pauseMs: PAUSE_MS }, clock);
		assert.ok(names.includes('known-slow-reader'), names.join());
		assert.not.ok(names.includes('known-pass'), names.join());
	});

	test('names the control of an executor that leaves children behind, and ends the child', async () => {
		const first = await startFirstExecutor({ starts: 'shell' });
		const client = await connectExecutor(first.url, host, { cancelWaitMs: 200 });
		assert.equal(namesOf(await check(client)), ['known-tree']);
		await client.close();
		await first.close();
		const left = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name).includes('MARKER_child'));
		assert.equal(left, []);
	});

	test('names the control of an executor whose clock is wrong, whether it signs or not', async () => {
		const clock = { ...nodeClock, nowMs: () => nodeClock.nowMs() - 3_600_000 };
		for (const signer of [createNodeSigner(), undefined]) {
			const late = await startExecutor({ clock, ...(signer ? { signer } : {}) });
			const client = await connectExecutor(late.url, host);
			const failures = failuresOf(await check(client));
			assert.is(failures.length, 1, failures.join());
			assert.match(failures[0] ?? '', /^clock: clock: 3\d{6} ms behind ours/);
			await client.close();
			await late.close();
		}
	});

	test('fails an executor that signs with another key than it announced', async () => {
		const signing = await startExecutor({ isTcp: true, signer: createNodeSigner() });
		const other = createNodeSigner().publicKey();
		const lies: Lies = { tell: (message) => mapParams(message, 'connected', () => ({ public_key: other })) };
		const [first] = await withLies(signing.url, lies, (client) => check(client));
		assert.is(first?.outcome, 'failed');
		assert.match(first?.detail ?? '', /^signature: key is the same/);
		await signing.close();
	});

	test('asks no more of an executor that was lost, and says where', async () => {
		const results = await withLies(
			honest.url,
			{ tell: (message) => (message.method === 'process.completed' ? { ...message, params: { pid: 'x' } } : message) },
			(client) => check(client),
		);
		assert.equal(
			results.map(({ outcome }) => outcome),
			['failed', ...results.slice(1).map(() => 'skipped')],
		);
		assert.match(results[1]?.detail ?? '', 'the executor was lost in known-pass');
	});

	test('says that a policy refuses, which is no lie', async () => {
		const strict = await startExecutor({
			guard: { refuse: () => 'Only npm may run here', wrap: (group) => group },
		});
		const client = await connectExecutor(strict.url, host);
		const [first] = await check(client);
		assert.ok(first?.isRefused, JSON.stringify(first));
		assert.match((await assertQuickCheck(client, host)) ?? '', 'refuses the control command');
		await client.close();
		await strict.close();
	});
});

describe('quickCheck()', ({ test, before, after }) => {
	let honest: TestExecutor;
	before(async () => {
		honest = await startExecutor({ isTcp: true });
	});
	after(() => honest.close());

	test('passes an honest executor quickly, and the first executor', async () => {
		const first = await startFirstExecutor({ starts: 'words' });
		for (const url of [honest.url, first.url]) {
			const client = await connectExecutor(url, host, { cancelWaitMs: 200 });
			const { outcome, detail } = await quickCheck(client, host);
			assert.is(outcome, 'passed', detail);
			assert.is(await assertQuickCheck(client, host), null);
			await client.close();
		}
		await first.close();
	});

	test('stops a run before its first step when the executor lies about an end', async () => {
		const lies: Lies = { tell: (message) => mapParams(message, 'process.completed', () => ({ exit_code: 0 })) };
		const error = await withLies(honest.url, lies, (client) => errorOf(assertQuickCheck(client, host)));
		assert.is(error.code, 'CONTROL_FAILED');
		assert.match(error.message, 'end: exit code 0 instead of exit code 19');
	});
});

const namesOf = (results: Awaited<ReturnType<typeof check>>): readonly string[] =>
	results.flatMap(({ name, outcome }) => (outcome === 'passed' ? [] : [name]));

function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
	} catch {
		// It ended while we looked.
		return '';
	}
}
