import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { buildPage } from '../../scripts/build-page.ts';
import { renderIndexPage, renderRunPage } from '../../src/cli/html/render-page.ts';
import { nodeHashes } from '../../src/host/node-hashes.ts';
import type { RunExtras } from '../../src/report/html/build-run-data.ts';
import type { IndexData } from '../../src/report/html/report-data.ts';
import type { RunRecord } from '../../src/report/run-record.ts';

/** An open page with everything that it should not do. */
export interface WatchedPage {
	readonly page: Page;
	/** Errors, dialogs, refusals of the security policy, and requests for anything but the file itself. */
	readonly complaints: string[];
}

/** Writes reports into a folder and opens them in a browser, as a reader would from disk. */
export interface ReportDesk {
	/** @returns The URL of the file. */
	write(name: string, record: RunRecord, extras?: RunExtras): Promise<string>;
	/** Writes a page as it is given. */
	put(name: string, html: string): string;
	writeIndex(name: string, data: IndexData): string;
	open(url: string, options?: BrowserContextOptions): Promise<WatchedPage>;
}

/** Creates the desk; the page's program is built from its sources. */
export async function createReportDesk(folder: string, browser: () => Browser): Promise<ReportDesk> {
	const tools = { assets: await buildPage(), hashes: nodeHashes };
	const put = (name: string, html: string): string => {
		writeFileSync(join(folder, name), html);
		return pathToFileURL(join(folder, name)).href;
	};
	return {
		put,
		write: async (name, record, extras = {}) => put(name, await renderRunPage(record, extras, tools)),
		writeIndex: (name, data) => put(name, renderIndexPage(data, tools)),
		async open(url, options = {}) {
			const context = await browser().newContext({ viewport: { width: 1200, height: 900 }, ...options });
			context.setDefaultTimeout(10_000);
			const page = await context.newPage();
			const complaints: string[] = [];
			page.on('console', (message) => complaints.push(`console: ${message.text()}`));
			page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
			page.on('dialog', (dialog) => {
				complaints.push(`dialog: ${dialog.message()}`);
				void dialog.dismiss();
			});
			page.on('request', (request) => {
				if (request.url().split('#')[0] !== url.split('#')[0]) complaints.push(`request: ${request.url()}`);
			});
			await page.goto(url);
			return { page, complaints };
		},
	};
}
