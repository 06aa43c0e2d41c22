import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files } from '../../core/ports.ts';
import { nodeHashes } from '../../host/node-hashes.ts';
import { buildIndexData } from '../../report/html/build-index-data.ts';
import { summarizeRun } from '../../report/html/summarize-run.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { TOOL } from '../version.ts';
import { readPageAssets } from './page-assets.ts';
import { keptSource, readExtras } from './read-extras.ts';
import { readSummaries } from './read-summaries.ts';
import { renderIndexPage, renderRunPage } from './render-page.ts';

/** Where reports are written. */
export interface ReportPlace {
	/** Folder of all runs, absolute. */
	readonly reports: string;
	/** Folder of this run, absolute. */
	readonly folder: string;
	readonly files: Files;
}

/**
 * Writes what people read of a run: `report.html` and `summary.json` in its folder, and the index of all runs.
 *
 * @param recordText - What `run.json` holds.
 * @throws {AppError} `FILE_WRITE_FAILED`.
 */
export async function writeReports(record: RunRecord, recordText: string, place: ReportPlace): Promise<void> {
	const { reports, folder, files } = place;
	await files.write(join(folder, 'summary.json'), `${JSON.stringify(summarizeRun(record))}\n`);
	await keepSources(record, folder);
	const [assets, extras, summaries] = await Promise.all([
		readPageAssets(),
		readExtras(record, folder),
		readSummaries(reports),
	]);
	const recordSha256 = nodeHashes.sha256(recordText);
	const tools = { assets, hashes: nodeHashes };
	await files.write(join(folder, 'report.html'), renderRunPage(record, { ...extras, summaries, recordSha256 }, tools));
	await files.write(join(reports, 'index.html'), renderIndexPage(buildIndexData(summaries, record.tool), tools));
}

/**
 * Writes the page over all runs again.
 *
 * @param reports - Absolute.
 * @throws {AppError} `FILE_WRITE_FAILED`.
 */
export async function writeIndex(reports: string, files: Files): Promise<void> {
	const [assets, summaries] = await Promise.all([readPageAssets(), readSummaries(reports)]);
	await files.write(join(reports, 'index.html'), renderIndexPage(buildIndexData(summaries, TOOL), { assets }));
}

/** A prompt changes after its run: the report needs it as the run left it. */
async function keepSources(record: RunRecord, folder: string): Promise<void> {
	await Promise.all(
		record.prompts.map(async ({ file }) => {
			const target = join(folder, keptSource(file));
			await mkdir(dirname(target), { recursive: true });
			// A prompt that is gone by now is no reason to have no report.
			await cp(file, target).catch(() => {});
		}),
	);
}
