import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../core/errors.ts';
import type { Files, Hashes } from '../core/ports.ts';
import type { RunRecord } from '../report/run-record.ts';
import { listRuns, pickRun } from './find-run.ts';

/** A run's record, and the digest of the file that it stands in. */
export interface StoredRun {
	readonly path: string;
	readonly record: RunRecord;
	/** Over the bytes of the file, 64 hex digits. */
	readonly sha256: string;
}

/**
 * Reads the record of a run.
 *
 * @param run - Id of the run or its beginning, or path of a `run.json`; `latest`, `null`: the newest run.
 * @param reports - The folder of all runs.
 * @throws {AppError} `FILE_MISSING`, `FILE_UNREADABLE`, `REPORT_INVALID` (it is no record, or one of a newer version),
 *   `USAGE` (several runs begin so).
 */
export async function readRunRecord(
	run: string | null,
	reports: string,
	host: { readonly files: Files; readonly hashes: Hashes },
): Promise<StoredRun> {
	const path = run?.endsWith('.json') ? run : join(reports, await folderOf(run, reports), 'run.json');
	const bytes = await host.files.read(path).catch(async (error: unknown) => {
		if (run?.endsWith('.json') || !isAppError(error) || error.code !== 'FILE_MISSING') throw error;
		throw toMissing(run, reports, error);
	});
	const record = parse(new TextDecoder().decode(bytes));
	if (record === null) {
		throw new AppError('REPORT_INVALID', `Cannot use ${path}: it is no record of a run`, {
			advice: 'Name a run by its id, or its run.json',
			data: { path },
		});
	}
	if (record.schemaVersion !== 1) {
		const version = String(record.schemaVersion);
		throw new AppError('REPORT_INVALID', `Cannot use ${path}: its version is ${version}, this program knows 1`, {
			advice: 'Use a newer tenfold',
			data: { path },
		});
	}
	return { path, record, sha256: host.hashes.sha256(bytes) };
}

/** What is no id stays as it was given: a copied folder may have any name. */
const folderOf = async (run: string | null, reports: string): Promise<string> =>
	run === null || run === 'latest' ? newestOf(reports) : (pickRun(run, await listRuns(reports)) ?? run);

/** Where links are not allowed, a plain file names the folder of the newest run. */
const newestOf = (reports: string): Promise<string> =>
	readFile(join(reports, 'latest.txt'), 'utf8').then(
		(name) => name.trim(),
		() => 'latest',
	);

const toMissing = (run: string | null, reports: string, cause: unknown): AppError =>
	run === null
		? new AppError('FILE_MISSING', `Cannot find a run: there is none in ${reports}`, {
				cause,
				advice: 'Run prompts first: verify prompts/*.md; or name the folder with --reports <folder>',
			})
		: new AppError('FILE_MISSING', `Cannot find run ${run} in ${reports}`, {
				cause,
				advice: 'Name a run by its id, as the last line of a run shows it, or its run.json',
			});

function parse(text: string): RunRecord | null {
	try {
		const value = JSON.parse(text) as Partial<RunRecord> | null;
		return typeof value?.run === 'string' && Array.isArray(value.prompts) && 'schemaVersion' in value
			? (value as RunRecord)
			: null;
	} catch {
		return null;
	}
}
