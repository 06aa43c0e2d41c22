/** How much is kept of past runs; 0 is no limit. */
export interface RetentionPolicy {
	/** Newest runs of each prompt. */
	readonly runs: number;
	/** Milliseconds since a run was written. */
	readonly ageMs: number;
	/** Reports and transcripts together. */
	readonly bytes: number;
}

/** What a run left behind. */
export interface KeptRun {
	/** UUIDv7: ids sort by the time the runs began. */
	readonly run: string;
	/** Its prompts; `null`: it has no record, since it goes on, or was killed. */
	readonly prompts: readonly string[] | null;
	/** Of the newest file, milliseconds since the Unix epoch. */
	readonly writtenMs: number;
	/** 0 where nobody asked. */
	readonly bytes: number;
}

/** A run that may go, and the first reason. */
export interface Removal {
	readonly run: string;
	readonly why: 'runs' | 'age' | 'bytes' | 'unfinished';
}

/** For so long a run may still be confirmed in the transcript of the agent that started it: sessions are long. */
export const CONFIRMABLE_MS = 24 * 3_600_000;
/** For so long what has no record, and is written to by nobody, may be a run that goes on. */
export const UNFINISHED_MS = 30 * 24 * 3_600_000;

/**
 * Chooses the runs that may go.
 *
 * Whatever the policy says, these stay: the newest run of each prompt, runs that were written less than a day ago (a confirmation may be
 * pending), and what has no record and was written less than 30 days ago (the run may go on). Without any limit nothing goes.
 *
 * @returns Oldest first; the same for runs in any order.
 */
export function chooseRemovals(runs: readonly KeptRun[], policy: RetentionPolicy, nowMs: number): readonly Removal[] {
	if (policy.runs === 0 && policy.ageMs === 0 && policy.bytes === 0) return [];
	const newestFirst = [...runs].sort((a, b) => (a.run < b.run ? 1 : -1));
	const ranks = rankRuns(newestFirst);
	const removals: Removal[] = [];
	let bytes = 0;
	let isFull = false;
	for (const run of newestFirst) {
		const ageMs = nowMs - run.writtenMs;
		const rank = ranks.get(run.run) ?? 1;
		const isProtected = run.prompts === null ? ageMs < UNFINISHED_MS : ageMs < CONFIRMABLE_MS || rank === 1;
		const isTooMuch = policy.bytes > 0 && bytes + run.bytes > policy.bytes;
		// Once a run has to go for its size, older ones do not slip into the gap that it leaves.
		if (isTooMuch && !isProtected) isFull = true;
		const why = reasonOf(run, { rank, ageMs, isFull, policy });
		if (isProtected || why === null) bytes += run.bytes;
		else removals.push({ run: run.run, why });
	}
	return removals.reverse();
}

/** The best place that a run has among those of any of its prompts, from 1. */
function rankRuns(newestFirst: readonly KeptRun[]): ReadonlyMap<string, number> {
	const seen = new Map<string, number>();
	const ranks = new Map<string, number>();
	for (const { run, prompts } of newestFirst) {
		if (prompts === null) continue;
		let best = Number.POSITIVE_INFINITY;
		for (const prompt of new Set(prompts)) {
			const rank = (seen.get(prompt) ?? 0) + 1;
			seen.set(prompt, rank);
			best = Math.min(best, rank);
		}
		ranks.set(run, best);
	}
	return ranks;
}

function reasonOf(
	{ prompts }: KeptRun,
	{
		rank,
		ageMs,
		isFull,
		policy,
	}: { readonly rank: number; readonly ageMs: number; readonly isFull: boolean; readonly policy: RetentionPolicy },
): Removal['why'] | null {
	if (prompts === null) return 'unfinished';
	if (policy.runs > 0 && rank > policy.runs) return 'runs';
	if (policy.ageMs > 0 && ageMs > policy.ageMs) return 'age';
	return isFull ? 'bytes' : null;
}
