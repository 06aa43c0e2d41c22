import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunId } from '../../core/ids.ts';
import type { RetentionPolicy } from '../../report/retention.ts';
import type { RunPlaces } from './list-kept-runs.ts';

/** New runs until all are looked at again. */
const STRIDE = 10;

/**
 * Prunes after a run, if there can be anything to prune: with no more runs than one prompt may have, and until ten more have been added since
 * the last look, only the names in the folder of reports are read.
 *
 * @returns What could not be removed; never rejects, since no run may fail by it.
 */
export async function pruneAfterRun(
	places: RunPlaces,
	policy: RetentionPolicy,
	nowMs: number,
): Promise<readonly string[]> {
	if (policy.runs === 0 && policy.ageMs === 0 && policy.bytes === 0) return [];
	try {
		const runs = (await readdir(places.reports)).filter(isRunId).length;
		if (policy.ageMs === 0 && policy.bytes === 0 && runs <= policy.runs) return [];
		const mark = join(places.reports, '.kept-runs');
		const before = Number(await readFile(mark, 'utf8').catch(() => ''));
		if (before > 0 && runs >= before && runs < before + STRIDE) return [];
		const { pruneRuns } = await import('./prune-runs.ts');
		const { removed, problems } = await pruneRuns(places, policy, { isDry: false, nowMs });
		await writeFile(mark, `${runs - removed.length}\n`);
		return problems;
	} catch (error) {
		return [error instanceof Error ? error.message : String(error)];
	}
}
