import type { Writers } from '../core/ports.ts';
import { type AuditFinding, note } from './audit-finding.ts';
import type { RunTally } from './audit-tally.ts';

/** What tells a dead run from one at work. */
export interface RunWatch {
	readonly writers: Writers;
	/** Milliseconds since the Unix epoch. */
	readonly nowMs: number;
}

const DAY_MS = 86_400_000;

/**
 * Tells whether a run began something that nobody will report any more: it was declared lost, its process is gone, or it is of another
 * machine and more than a day old.
 */
export function isUnreported(run: RunTally, { writers, nowMs }: RunWatch): boolean {
	if (run.unreported.length === 0) return false;
	if (run.isLost || run.isSettled) return true;
	return run.unreported.every(({ writer }) => {
		const state = writers.stateOf(writer);
		return state === 'gone' || (state === 'elsewhere' && nowMs - Date.parse(run.at) > DAY_MS);
	});
}

/** Names the runs that never reported, and those that have not come to their end. */
export function auditRuns(runs: readonly RunTally[], watch: RunWatch): readonly AuditFinding[] {
	return runs.flatMap((run) => {
		const steps = [...new Set(run.unreported.map(({ step }) => step.number))].join(', ');
		if (isUnreported(run, watch)) {
			const message = `Run ${run.run} of ${run.at} began step ${steps} and never reported how it ended`;
			return [note('lost-intent', run.place, message, 'Run the prompt to its end; the gate counts such runs')];
		}
		if (run.isSettled) return [];
		const state = run.unreported.length > 0 ? `is at step ${steps}` : 'has results and no end yet';
		const message = `Run ${run.run} of ${run.at} ${state}: the counts may not hold it yet`;
		return [note('run-open', run.place, message, 'Wait for it, or run the prompt again if it was killed')];
	});
}
