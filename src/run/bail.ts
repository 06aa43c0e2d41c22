import type { StepResult } from '../core/events.ts';

/** Ends a run early after too many failures: what runs comes to its end, nothing new starts. */
export interface Bail {
	/** Takes note of a result. */
	note(result: Pick<StepResult, 'outcome'>): void;
	/** Why nothing may start any more, as one sentence; `null` while it may. */
	readonly reason: string | null;
}

/**
 * Makes the count of failures of a run, or of several.
 *
 * @param most - Failures after which nothing starts, 1 or more; `null`: never stops.
 */
export function createBail(most: number | null): Bail {
	let failures = 0;
	return {
		note({ outcome }) {
			if (outcome !== 'passed' && outcome !== 'skipped' && outcome !== 'aborted') failures += 1;
		},
		get reason() {
			if (most === null || failures < most) return null;
			return `The run stopped after ${failures} ${failures === 1 ? 'failure' : 'failures'} (--bail ${most})`;
		},
	};
}
