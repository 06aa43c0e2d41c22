import type { Hashes } from '../../core/ports.ts';
import { drawPage } from '../../page/draw-page.ts';
import { assemblePage, type PageAssets } from '../../report/html/assemble-page.ts';
import { buildRunData, type RunExtras } from '../../report/html/build-run-data.ts';
import type { IndexData } from '../../report/html/report-data.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { packChunks } from './pack-chunks.ts';

/** What pages are made with. */
export interface PageTools {
	readonly assets: PageAssets;
	readonly hashes: Hashes;
}

/** Writes the report of a run as one HTML file. The same record and extras give the same bytes. */
export async function renderRunPage(
	record: RunRecord,
	extras: RunExtras,
	{ assets, hashes }: PageTools,
): Promise<string> {
	const { data, chunks } = buildRunData(record, extras);
	const packed = await packChunks(chunks);
	const whole = { ...data, chunkSha256: packed.map((chunk) => hashes.sha256(chunk)) };
	const title = `verify: ${record.verdict ?? 'unfinished'}`;
	return assemblePage({ title, body: drawPage(whole), data: whole, chunks: packed, assets });
}

/** Writes the page over all runs. */
export const renderIndexPage = (data: IndexData, { assets }: Pick<PageTools, 'assets'>): string =>
	assemblePage({ title: 'verify: all prompts', body: drawPage(data), data, assets });
