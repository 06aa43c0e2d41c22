import type { ExecutionId } from '../core/ids.ts';
import type { ExecutionStatus } from '../protocol/messages.ts';
import type { Execution } from './execution.ts';

/** How many names are never used again, and of how many the end is known. */
const REMEMBERED = { names: 10_000, ends: 1000 } as const;

/** What is known under a name. */
export type KnownExecution = {
	/** Digest of what was asked for: a repeated request has the same. */
	readonly requestSha256: string;
} & (
	| { readonly kind: 'starting'; readonly settled: Promise<unknown> }
	| { readonly kind: 'live'; readonly execution: Execution }
	/** `end` is `null` once it is forgotten. */
	| { readonly kind: 'over'; readonly end: ExecutionStatus | null }
);

/** All executions of an executor: a name starts a command once, whatever connection it comes from. */
export interface Executions {
	find(id: ExecutionId): KnownExecution | undefined;
	/**
	 * Starts an execution under a name that `find` does not know. If that fails the name is free again.
	 *
	 * @throws What `start` throws.
	 */
	start(id: ExecutionId, requestSha256: string, start: () => Promise<Execution>): Promise<Execution>;
	/** Those that are about to run: each settles once its command runs, or could not be started. */
	readonly starting: ReadonlySet<Promise<unknown>>;
	/** Those that run and have not ended. */
	readonly running: ReadonlySet<Execution>;
	/** Those that run, or that a client may still be told of. */
	readonly live: Iterable<Execution>;
	/** How many of the live ones have a lease, starting ones among them. */
	readonly leased: number;
}

/** Makes an empty registry. */
export function createExecutions(): Executions {
	const known = new Map<ExecutionId, KnownExecution>();
	const starting = new Set<Promise<unknown>>();
	const running = new Set<Execution>();
	const live = new Set<Execution>();
	/** Names of what is over, oldest first. */
	const over: ExecutionId[] = [];

	const onSettled = (execution: Execution, requestSha256: string): void => {
		live.delete(execution);
		const { executionId } = execution;
		known.set(executionId, { requestSha256, kind: 'over', end: execution.status });
		over.push(executionId);
		const fading = over.at(-1 - REMEMBERED.ends);
		if (fading !== undefined) forgetEnd(known, fading);
		const forgotten = over.length > REMEMBERED.names ? over.shift() : undefined;
		if (forgotten !== undefined) known.delete(forgotten);
	};

	return {
		find: (id) => known.get(id),
		start: async (id, requestSha256, start) => {
			const started = start();
			const settled = started.catch(() => {});
			known.set(id, { requestSha256, kind: 'starting', settled });
			starting.add(settled);
			try {
				const execution = await started;
				known.set(id, { requestSha256, kind: 'live', execution });
				running.add(execution);
				live.add(execution);
				void execution.ended.then(() => running.delete(execution));
				void Promise.all([execution.ended, execution.settled]).then(() => onSettled(execution, requestSha256));
				return execution;
			} catch (error) {
				known.delete(id);
				throw error;
			} finally {
				starting.delete(settled);
			}
		},
		starting,
		running,
		live,
		get leased() {
			return [...live].filter(({ leaseMs }) => leaseMs > 0).length;
		},
	};
}

function forgetEnd(known: Map<ExecutionId, KnownExecution>, id: ExecutionId): void {
	const entry = known.get(id);
	if (entry?.kind === 'over') known.set(id, { ...entry, end: null });
}
