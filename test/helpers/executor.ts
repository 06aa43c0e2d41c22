import type { Clock } from '../../src/core/ports.ts';
import { createExecutor, type Executor, type ExecutorHost } from '../../src/executor/executor.ts';
import type { ExecutorOptions } from '../../src/executor/settings.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import { createNodeProcesses } from '../../src/host/node-processes.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import type { ProcessTable } from '../../src/host/process-table.ts';

/** A running executor of a test. */
export interface TestExecutor {
	readonly executor: Executor;
	readonly url: string;
	close(): Promise<void>;
}

/** What a test may set beside the executor's own options. */
export interface TestExecutorOptions
	extends ExecutorOptions,
		Pick<ExecutorHost, 'transcript' | 'signer' | 'guard' | 'observer'> {
	readonly table?: ProcessTable;
	/** Default: the one of this machine. */
	readonly clock?: Clock;
	/** Default: a private socket. */
	readonly isTcp?: boolean;
}

/** Starts a real executor with a grace of 300 ms. */
export async function startExecutor(options: TestExecutorOptions = {}): Promise<TestExecutor> {
	const { transcript, signer, guard, observer, table, clock = nodeClock, isTcp = false, ...rest } = options;
	const processes = createNodeProcesses(table ? { table } : {});
	const extras = Object.fromEntries(
		Object.entries({ transcript, signer, guard, observer }).filter(([, value]) => value !== undefined),
	);
	const host = { clock, random: nodeRandom, hashes: nodeHashes, processes, ...extras };
	const executor = createExecutor(host, { graceMs: 300, ...rest });
	const url = isTcp ? await executor.listen({ host: '127.0.0.1', port: 0 }) : await executor.listenPrivate();
	return {
		executor,
		url,
		close: async () => {
			await executor.close();
			processes.close();
		},
	};
}
