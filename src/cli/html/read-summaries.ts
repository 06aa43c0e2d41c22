import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunSummary, summarizeRun } from '../../report/html/summarize-run.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { sortRuns } from '../find-run.ts';

const MOST_RUNS = 50;
/** Prompts in all of them together: a folder with more than 1,000 looks back on fewer runs, so that its reports take no longer each day. */
const MOST_SIGHTINGS = 50_000;

/**
 * Reads the summaries of the newest runs that the index and the histories look back on: at most 50, with 50,000 prompts together. A run
 * of an older version has none yet: its record is read instead.
 *
 * @param reports - The folder of all runs; it may be missing.
 * @returns Newest first; runs that can't be read are left out.
 */
export function readSummaries(reports: string): readonly RunSummary[] {
	const summaries: RunSummary[] = [];
	let room = MOST_SIGHTINGS;
	for (const run of sortRuns(namesIn(reports)).slice(0, MOST_RUNS)) {
		if (room <= 0) break;
		const summary = readSummary(join(reports, run));
		if (summary === null) continue;
		summaries.push(summary);
		room -= summary.prompts.length;
	}
	return summaries;
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function readSummary(folder: string): RunSummary | null {
	const summary = readJson(join(folder, 'summary.json')) as RunSummary | null;
	if (summary?.schemaVersion === 1) return summary;
	const record = readJson(join(folder, 'run.json')) as RunRecord | null;
	return record?.schemaVersion === 1 ? summarizeRun(record) : null;
}

function readJson(path: string): unknown {
	try {
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch {
		// A run that goes on right now, or a torn file: the next run sees it.
		return null;
	}
}
