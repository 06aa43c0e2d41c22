import * as assert from 'uvu/assert';
import { connectExecutor } from '../../src/client/connect-executor.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { errorOf, ids, run, sha256 } from '../helpers/client.ts';
import { startExecutor } from '../helpers/executor.ts';
import { describe } from '../helpers/suite.ts';

const host = { clock: nodeClock, hashes: nodeHashes };
const URL = 'ws://embedded/ws/mcp';

async function startInside(options: Parameters<typeof startExecutor>[0] = {}) {
	const served = await startExecutor(options);
	const client = await connectExecutor(URL, host, { dial: await served.executor.listenInside() });
	return { served, client };
}

describe('connectExecutor() to an executor inside this process', ({ test }) => {
	test('gets all output, with the digest of what came', async () => {
		const { served, client } = await startInside();
		const { end, stdout, stderr } = await run(client, 'seq 300000; printf "\\303\\244\\377" >&2');
		assert.is(stdout, Array.from({ length: 300_000 }, (_, index) => `${index + 1}\n`).join(''));
		assert.is(stderr, '\u00e4\ufffd');
		assert.is(end.receivedSha256, end.sha256);
		assert.is(end.bytes, stdout.length + 3);
		const alone = await run(client, 'seq 300000');
		assert.is(alone.end.receivedSha256, sha256(stdout));
		await client.close();
		await served.close();
	});

	test('makes the command wait for the one who listens', async () => {
		const { served, client } = await startInside();
		let bytes = 0;
		let goOn = (): void => {};
		const isRead = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		const execution = await client.execute({ ...ids(), command: 'head -c 30000000 /dev/zero' }, (chunk) => {
			bytes += chunk.bytes.length;
			return isRead;
		});
		await new Promise(setImmediate);
		assert.ok(bytes < 30_000_000);
		goOn();
		assert.is((await execution.completed).bytes, 30_000_000);
		assert.is(bytes, 30_000_000);
		await client.close();
		await served.close();
	});

	test('loses what runs when the executor closes', async () => {
		const { served, client } = await startInside();
		const execution = await client.execute({ ...ids(), command: 'sleep 60' }, () => {});
		const [error] = await Promise.all([
			execution.completed.then(
				(end) => end.reason,
				(failure) => failure.code,
			),
			served.close(),
		]);
		assert.is(error, 'executor');
		assert.is((await errorOf(client.execute({ ...ids(), command: 'true' }, () => {}))).code, 'EXECUTOR_LOST');
		await client.close();
	});
});
