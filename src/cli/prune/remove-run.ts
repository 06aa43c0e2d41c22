import { rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlacedRun, RunPlaces } from './list-kept-runs.ts';

/**
 * Removes what a run left behind: its folder of reports and its transcripts. A folder gets another name first, so that nobody ever
 * reads half a run. What is gone already is no problem.
 *
 * @throws {NodeJS.ErrnoException} Something could not be removed.
 */
export async function removeRun({ run, paths }: PlacedRun, { reports }: RunPlaces): Promise<void> {
	for (const path of paths) {
		if (path === join(reports, run)) await removeFolder(path, join(reports, `.pruned-${run}`));
		else await removeTranscript(path);
	}
}

async function removeFolder(path: string, grave: string): Promise<void> {
	await unlessGone(rename(path, grave));
	await rm(grave, { recursive: true, force: true });
}

async function removeTranscript(path: string): Promise<void> {
	await unlessGone(unlink(path));
	// The folder of its day, when that was the last.
	await rmdir(dirname(path)).catch(() => {});
}

async function unlessGone(work: Promise<void>): Promise<void> {
	try {
		await work;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
}
