import { join } from 'node:path';
import type { Files } from '../../core/ports.ts';
import { nodeHashes } from '../../host/node-hashes.ts';
import { buildIndexData } from '../../report/html/build-index-data.ts';
import { summarizeRun } from '../../report/html/summarize-run.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { TOOL } from '../version.ts';
import { keepSources } from './keep-sources.ts';
import { readPageAssets } from './page-assets.ts';
import { readExtras } from './read-extras.ts';
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
 * @param recordSha256 - Of `run.json`.
 * @throws {AppError} `FILE_WRITE_FAILED`.
 */
export async function writeReports(record: RunRecord, recordSha256: string, place: ReportPlace): Promise<void> {
	const { reports, folder, files } = place;
	const tools = { assets: readPageAssets(), hashes: nodeHashes };
	await files.write(join(folder, 'summary.json'), `${JSON.stringify(summarizeRun(record))}\n`);
	const summaries = readSummaries(reports);
	const extras = { ...readExtras(record, folder, keepSources(record, folder)), summaries, recordSha256 };
	const page = await renderRunPage(record, extras, tools);
	const index = renderIndexPage(buildIndexData(summaries, record.tool), tools);
	// At once, so that both wait for the disk together.
	await Promise.all([files.write(join(folder, 'report.html'), page), files.write(join(reports, 'index.html'), index)]);
}

/**
 * Writes the page over all runs again.
 *
 * @param reports - Absolute.
 * @throws {AppError} `FILE_WRITE_FAILED`.
 */
export async function writeIndex(reports: string, files: Files): Promise<void> {
	const index = buildIndexData(readSummaries(reports), TOOL);
	await files.write(join(reports, 'index.html'), renderIndexPage(index, { assets: readPageAssets() }));
}
