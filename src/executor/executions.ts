import type { ExecutionId } from '../core/ids.ts';
import type { Execution } from './execution.ts';

const REMEMBERED = 10_000;

/** All executions of an executor: a name is used once, whatever connection it comes from. */
export interface Executions {
	/** @returns False when the name is taken, or was: the last 10,000 are remembered. */
	reserve(id: ExecutionId): boolean;
	/** Puts a started execution under its reserved name. */
	add(execution: Execution): void;
	/** Gives a reserved name back that nothing was started under. */
	release(id: ExecutionId): void;
	/** Those that have not ended. */
	readonly running: ReadonlySet<Execution>;
}

/** Makes an empty registry. */
export function createExecutions(): Executions {
	const names = new Set<ExecutionId>();
	const running = new Set<Execution>();
	const endedNames: ExecutionId[] = [];
	const onEnded = (execution: Execution): void => {
		running.delete(execution);
		endedNames.push(execution.executionId);
		const forgotten = endedNames.length > REMEMBERED ? endedNames.shift() : undefined;
		if (forgotten !== undefined) names.delete(forgotten);
	};
	return {
		reserve: (id) => {
			if (names.has(id)) return false;
			names.add(id);
			return true;
		},
		add: (execution) => {
			running.add(execution);
			void execution.ended.then(() => onEnded(execution));
		},
		release: (id) => {
			names.delete(id);
		},
		running,
	};
}
