import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connectExecutor, type RemoteExecutor } from '../../src/library/client.ts';
import { type Figures, summarize } from '../measure.ts';
import { type Extent, msAtMost, type Row } from '../rows.ts';
import { startVerifyServe } from '../start-server.ts';

const GRACE_MS = 500;
/** Each is a shell with two children, one of them a grandchild; it says so once all are there. */
const OBEYING = 'sleep 60 & sh -c "sleep 60 & echo ready; wait" & wait';
const DEAF = `trap '' TERM; ${OBEYING}`;

/** Times the end of a tree of processes from the word to cancel until nobody of it is left, beside a signal from Node itself. */
export async function measureEnding({ runs }: Extent): Promise<readonly Row[]> {
	const server = await startVerifyServe('--grace', `${GRACE_MS}ms`);
	const executor = await connectExecutor(server.url);
	const many = runs * 4;
	const beside = await repeat('kill(-pgid) from Node', many, endBare);
	const obeying = await repeat('cancel()', many, () => endExecution(executor, OBEYING));
	const deaf = await repeat('cancel()', runs, () => endExecution(executor, DEAF));
	await executor.close();
	await server.close();
	return [
		{ work: 'ending a tree that obeys', ours: obeying, beside, goal: msAtMost(100) },
		{
			work: `ending a tree that does not, grace ${GRACE_MS} ms`,
			ours: deaf,
			beside: null,
			goal: msAtMost(GRACE_MS + 200),
		},
	];
}

async function endExecution(executor: RemoteExecutor, command: string): Promise<number> {
	const execution = await executor.execute(command);
	await execution.output.next();
	const startMs = performance.now();
	await execution.cancel();
	const { leaked } = await execution.completed;
	const ms = performance.now() - startMs;
	if (leaked.some(({ pid }) => isAlive(pid))) throw new Error('Somebody of the tree is left');
	return ms;
}

async function endBare(): Promise<number> {
	const child = spawn('sh', ['-c', OBEYING], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
	if (!child.stdout || child.pid === undefined) throw new Error('Nothing was started');
	await once(child.stdout, 'data');
	const startMs = performance.now();
	process.kill(-child.pid, 'SIGTERM');
	// Its output ends once all who hold it are gone.
	await once(child, 'close');
	return performance.now() - startMs;
}

async function repeat(name: string, runs: number, work: () => Promise<number>): Promise<Figures> {
	const times: number[] = [];
	for (let run = -1; run < runs; run += 1) {
		const ms = await work();
		if (run >= 0) times.push(ms);
	}
	return summarize(name, times);
}

/** An orphan that nobody has reaped yet is gone all the same. */
function isAlive(pid: number): boolean {
	try {
		return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}
