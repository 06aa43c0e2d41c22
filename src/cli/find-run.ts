import { readdir } from 'node:fs/promises';
import { AppError } from '../core/errors.ts';
import { isRunId } from '../core/ids.ts';

/** Lists the runs of a reports folder, newest first; empty when there is no such folder. */
export const listRuns = async (reports: string): Promise<readonly string[]> =>
	sortRuns(await readdir(reports).catch(() => []));

/**
 * Picks the runs out of what stands in a reports folder.
 *
 * @returns Newest first: ids of runs begin with their time.
 */
export const sortRuns = (names: readonly string[]): readonly string[] => names.filter(isRunId).sort().reverse();

/**
 * Finds the run that is meant by an id or its beginning, of four characters or more.
 *
 * @param runs - Ids that there are.
 * @returns `null` when it names none of them.
 * @throws {AppError} `USAGE`: several begin so.
 */
export function pickRun(name: string, runs: readonly string[]): string | null {
	if (!/^[0-9a-f][0-9a-f-]{3,35}$/.test(name)) return null;
	const matching = runs.filter((run) => run.startsWith(name));
	if (matching.length < 2) return matching[0] ?? null;
	throw new AppError('USAGE', `Cannot tell which run is meant: ${matching.length} begin with "${name}"`, {
		advice: `Name one of them: ${matching.slice(0, 5).join(', ')}`,
	});
}
