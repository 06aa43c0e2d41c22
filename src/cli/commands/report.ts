import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { formatMarkdown } from '../../report/ci/format-markdown.ts';
import { formatTap } from '../../report/ci/format-tap.ts';
import { formatJUnit } from '../../report/format-junit.ts';
import { mergeRecords } from '../../report/merge-records.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { createHost } from '../create-host.ts';
import { mergeExtras, placeFiles } from '../html/merge-extras.ts';
import { openInBrowser } from '../html/open-in-browser.ts';
import { readPageAssets } from '../html/page-assets.ts';
import { readExtras } from '../html/read-extras.ts';
import { readSummaries } from '../html/read-summaries.ts';
import { renderRunPage } from '../html/render-page.ts';
import type { Invocation } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { optionText } from '../option-text.ts';
import { toRunFlags } from '../parse-argv.ts';
import { readRunRecord, type StoredRun } from '../read-run-record.ts';
import { writeResult } from '../write-result.ts';

const FORMATS: Readonly<Record<string, (record: RunRecord) => string>> = {
	md: formatMarkdown,
	json: (record) => JSON.stringify(record, null, '\t'),
	junit: formatJUnit,
	tap: formatTap,
};

/** `verify report`: a run in another format, or the runs of several shards as one; its exit code is that of the report, not of the run. */
export async function report({ args, options, io }: Invocation): Promise<number> {
	const format = String(options.format ?? 'html');
	if (format !== 'html' && !Object.hasOwn(FORMATS, format)) {
		throw new AppError('USAGE', `Unknown format "${format}"`, {
			advice: `Use one of: html, ${Object.keys(FORMATS).join(', ')}`,
		});
	}
	const isMerge = options.merge === true;
	if (isMerge && args.length === 0) {
		throw new AppError('USAGE', 'Cannot merge: no record was named', { advice: 'Name the run.json of each shard' });
	}
	if (!isMerge && args.length > 1) {
		throw new AppError('USAGE', `Cannot report ${args.length} runs at once`, {
			advice: 'Name one, or join the shards of a split run with --merge',
		});
	}
	const config = await loadConfig(toRunFlags(options), io, optionText(options.config));
	const host = createHost();
	const runs = await Promise.all(
		(isMerge ? args : [args[0] ?? null]).map((run) => readRunRecord(run, config.reports, host)),
	);
	const write = FORMATS[format];
	if (write !== undefined) {
		const text = write(mergeRecords(runs.map(({ record }) => record)));
		await writeResult(text.endsWith('\n') ? text : `${text}\n`, options.output, { io, files: host.files });
		return 0;
	}
	const target = targetOf(options.output, isMerge, runs, config.reports);
	const html = await renderHtml(runs, dirname(resolve(target)), config.reports, host);
	await writeResult(html, target, { io, files: host.files });
	if (target === '-') return 0;
	io.out(target);
	if (options.open === true) openInBrowser(resolve(io.cwd, target), io);
	return 0;
}

/** A report of one run stands beside its record, the joined one in the folder of all runs. */
function targetOf(output: unknown, isMerge: boolean, runs: readonly StoredRun[], reports: string): string {
	if (output !== undefined) return String(output);
	return isMerge ? join(reports, 'merged.html') : join(dirname(runs[0]?.path ?? reports), 'report.html');
}

async function renderHtml(
	runs: readonly StoredRun[],
	targetFolder: string,
	reports: string,
	{ hashes }: ReturnType<typeof createHost>,
): Promise<string> {
	const parts = runs.map(({ path, record }) => {
		const folder = dirname(path);
		// Links lead from where the report stands; a joined one has the same bytes wherever its parts are.
		const place = runs.length > 1 ? record.run : relative(targetFolder, resolve(folder));
		return placeFiles(record, readExtras(record, folder), place);
	});
	const [only] = runs;
	const tools = { assets: readPageAssets(), hashes };
	const record = mergeRecords(parts.map((part) => part.record));
	const extras = mergeExtras(parts);
	if (runs.length > 1) return renderRunPage(record, extras, tools);
	const summaries = readSummaries(reports);
	return renderRunPage(record, { ...extras, summaries, recordSha256: only?.sha256 ?? '' }, tools);
}
