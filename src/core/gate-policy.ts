import type { Evidence } from './outcomes.ts';

/** What a prompt must reach beyond ten successes for each failure; its defaults stand in `src/config/gate-options.ts`. */
export interface GatePolicy {
	/** Least Wilson 95 % lower bound, 0 or more and below 1; 0 asks for none. */
	readonly confidence: number;
	/** Least number of runs that counted, failures among them. */
	readonly minRuns: number;
	/** `ignore`: successes that stood in the file before its record began do not count. Failures always do. */
	readonly adopted: 'count' | 'ignore';
	/** What a pass must have proved to count. */
	readonly evidence: Evidence;
	/** Every step needs a pass that was found in the transcript of the agent that ran it. */
	readonly requireAgent: boolean;
	/** Bound from which a graduated prompt is trusted, 0 or more and below 1. */
	readonly trusted: number;
	/** How many runs may have begun and never been reported; `null`: any number, as long as a whole run followed. */
	readonly maxUnreported: number | null;
}
