import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { createNodeSigner } from '../../src/host/node-signer.ts';
import { connectExecutor, type RemoteExecution, verifyAttestation } from '../../src/library/client.ts';
import { startExecutor, type TestExecutor } from '../helpers/executor.ts';
import { describe, rejection } from '../helpers/suite.ts';
import { createTempFolder } from '../helpers/temp-folder.ts';

const signer = createNodeSigner();
const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
	((await rejection(promise)) as { code?: unknown }).code;

/** Prints a line, and the rest once `goOn` is called: what the first client hears of it is certain. */
const startWaiting = async (url: string, rest = 'echo two; echo three >&2; exit 4') => {
	const folder = await createTempFolder();
	const gate = join(folder.path, 'gate');
	const first = await connectExecutor(url);
	const job = await first.execute(`echo one; until [ -e ${gate} ]; do sleep 0.02; done; ${rest}`);
	const { value } = await job.output.next();
	return {
		first,
		job,
		seq: value?.seq ?? -1,
		goOn: () => writeFileSync(gate, ''),
		[Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
	};
};

const readAll = async ({ output }: RemoteExecution) => {
	const digest = createHash('sha256');
	const seqs: (number | null)[] = [];
	let text = '';
	for await (const chunk of output) {
		digest.update(chunk.bytes);
		seqs.push(chunk.seq);
		text += chunk.text;
	}
	return { text, seqs, sha256: digest.digest('hex') };
};

describe('attach(), list() and status() of tenfold/client', ({ test, before, after }) => {
	let served: TestExecutor;
	before(async () => {
		served = await startExecutor({ signer });
	});
	after(() => served.close());

	test('goes on where another client was, from the message after the last one it had', async () => {
		await using waiting = await startWaiting(served.url);
		const { first, job, seq, goOn } = waiting;
		await first.close();
		await using second = await connectExecutor(served.url);
		const again = await second.attach(job.executionId, seq);
		assert.equal([again.executionId, again.pid], [job.executionId, job.pid]);
		goOn();
		const { text, seqs } = await readAll(again);
		assert.is(text, 'two\nthree\n');
		assert.equal(
			seqs,
			Array.from({ length: seqs.length }, (_, index) => seq + 1 + index),
		);
		const end = await again.completed;
		assert.equal([end.exitCode, end.bytes, end.bracket], [4, 14, 'whole']);
	});

	test('tells all that is kept without a number, so that the digest is whole', async () => {
		await using waiting = await startWaiting(served.url);
		const { first, job, goOn } = waiting;
		await first.close();
		await using second = await connectExecutor(served.url);
		const again = await second.attach(job.executionId);
		goOn();
		const { text, sha256 } = await readAll(again);
		const end = await again.completed;
		assert.is(text, 'one\ntwo\nthree\n');
		assert.equal([end.sha256, end.receivedSha256], [sha256, sha256]);
	});

	test('takes the execution from a client that still listens, and flows on for 20 MB', async () => {
		await using waiting = await startWaiting(served.url, 'head -c 20000000 /dev/zero');
		const { first, job, goOn } = waiting;
		await using second = await connectExecutor(served.url);
		const again = await second.attach(job.executionId, 0);
		assert.is(await codeOf(job.completed), 'EXECUTOR_LOST');
		goOn();
		assert.is((await readAll(again)).text.length, 20_000_000);
		assert.is((await again.completed).exitCode, 0);
		await first.close();
	});

	test('does so also for a client that does not reconnect', async () => {
		await using waiting = await startWaiting(served.url);
		const { first, job } = waiting;
		await first.close();
		await using second = await connectExecutor(served.url, { reconnect: false });
		const again = await second.attach(job.executionId, 0);
		await again.cancel();
		assert.is((await again.completed).isCanceled, true);
	});

	test('lists what has a lease, and tells the state of one until after its end', async () => {
		await using waiting = await startWaiting(served.url);
		const { first, job, goOn } = waiting;
		await job.pause();
		await using second = await connectExecutor(served.url);
		const listed = (await second.list()).find(({ executionId }) => executionId === job.executionId);
		const status = await second.status(job.executionId);
		assert.equal(listed, status);
		const { state, pid, isAttached, leaseMs, lastSeq, bytes, end } = status;
		assert.equal([state, pid, isAttached, leaseMs], ['paused', job.pid, true, 60_000]);
		assert.equal([lastSeq, bytes, end], [0, 4, null]);
		await job.resume();
		goOn();
		const told = await job.completed;
		await readAll(job);
		const after = await first.status(job.executionId);
		assert.is(after.state, 'ended');
		const { receivedSha256: _, bracket: __, ...same } = told;
		assert.equal(after.end, same);
		await first.close();
	});

	test('refuses names that nobody used, and messages that are gone', async () => {
		await using executor = await connectExecutor(served.url);
		for (const refused of [executor.attach('nobody'), executor.status('nobody')])
			assert.is(await codeOf(refused), 'EXECUTOR_REFUSED');
		const job = await executor.execute('echo');
		await readAll(job);
		await job.completed;
		assert.is(await codeOf(executor.attach(job.executionId, -1)), 'EXECUTOR_REFUSED');
	});

	test('refuses an execution that this client hears of already', async () => {
		await using executor = await connectExecutor(served.url);
		const job = await executor.execute('exec sleep 60');
		assert.instance(await rejection(executor.attach(job.executionId)), TypeError);
		await job.cancel();
		assert.is((await job.completed).isCanceled, true);
	});

	for (const [kind, capabilities] of [
		['leases', ['execute', 'control', 'stream', 'multiplex', 'marker']],
		['anything but the base wire', ['execute', 'control', 'stream']],
	] as const) {
		test(`says so of an executor without ${kind}`, async () => {
			const other = await startExecutor({ capabilities });
			const executor = await connectExecutor(other.url);
			for (const refused of [executor.attach('x'), executor.list(), executor.status('x')]) {
				assert.match(String(await rejection(refused)), /has no `attach`/);
			}
			await executor.close();
			await other.close();
		});
	}
});

describe('verifyAttestation()', ({ test }) => {
	test('accepts what the executor signed of an execution, and nothing that was changed', async () => {
		const served = await startExecutor({ signer });
		const executor = await connectExecutor(served.url);
		const { attestation, sha256, exitCode } = await executor.run('echo signed; exit 3');
		const publicKey = executor.server.publicKey ?? '';
		if (!attestation) throw new Error('Nothing was signed');
		assert.ok(verifyAttestation(attestation, publicKey));
		assert.equal([attestation.statement.output_sha256, attestation.statement.exit_code], [sha256, exitCode]);
		assert.not(verifyAttestation(attestation, createNodeSigner().publicKey()));
		const statement = { ...attestation.statement, exit_code: 0 };
		assert.not(verifyAttestation({ ...attestation, statement }, publicKey));
		await executor.close();
		await served.close();
	});
});
