import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseRemovals, type Removal, type RetentionPolicy } from '../../report/retention.ts';
import { listKeptRuns, type RunPlaces } from './list-kept-runs.ts';
import { removeRun } from './remove-run.ts';

/** A run that went, or would go. */
export interface PrunedRun extends Removal {
	readonly bytes: number;
	readonly paths: readonly string[];
}

/** What pruning came to. */
export interface Pruning {
	/** Oldest first. */
	readonly removed: readonly PrunedRun[];
	readonly kept: number;
	/** What could not be removed, a sentence each; the others were. */
	readonly problems: readonly string[];
}

/**
 * Removes runs beyond what the policy keeps.
 *
 * @param options - `isDry`: only tell. `nowMs`: milliseconds since the Unix epoch.
 * @returns Never rejects for a file: what can't be removed is told, and stays for the next time.
 */
export async function pruneRuns(
	places: RunPlaces,
	policy: RetentionPolicy,
	{ isDry, nowMs }: { readonly isDry: boolean; readonly nowMs: number },
): Promise<Pruning> {
	const runs = await listKeptRuns(places);
	const byId = new Map(runs.map((run) => [run.run, run]));
	// One of them would stand in the way of a run's own.
	if (!isDry) await removeGraves(places.reports);
	const removed: PrunedRun[] = [];
	const problems: string[] = [];
	for (const removal of chooseRemovals(runs, policy, nowMs)) {
		const run = byId.get(removal.run);
		if (run === undefined) continue;
		try {
			if (!isDry) await removeRun(run, places);
			removed.push({ ...removal, bytes: run.bytes, paths: run.paths });
		} catch (error) {
			problems.push(`Cannot remove run ${run.run}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	return { removed, kept: runs.length - removed.length, problems };
}

/** Folders that a pruning left when it was killed. */
async function removeGraves(reports: string): Promise<void> {
	const names = await readdir(reports).catch(() => []);
	const graves = names.filter((name) => name.startsWith('.pruned-'));
	await Promise.all(graves.map((name) => rm(join(reports, name), { recursive: true, force: true }).catch(() => {})));
}
