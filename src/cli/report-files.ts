import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Reporter } from '../core/events.ts';
import type { RunId } from '../core/ids.ts';
import type { Files, Sha256 } from '../core/ports.ts';
import { makeFolders } from '../host/make-folders.ts';
import { nodeHashes } from '../host/node-hashes.ts';
import { formatJUnit } from '../report/format-junit.ts';
import { formatRecord } from '../report/format-record.ts';
import { createRunRecorder } from '../report/run-record.ts';
import type { OutputStore } from '../run/context.ts';
import { encodePieces } from './encode-pieces.ts';
import { promptFolder } from './html/prompt-folder.ts';
import { readCommit } from './read-commit.ts';

/** The folder of a run's reports: `<reports>/<run id>/`. */
export interface ReportFiles {
	/** Writes `run.json`, `junit.xml` and `report.html` at the end, points `<reports>/latest` at them, and renews the index of all runs. */
	readonly reporter: Reporter;
	readonly outputs: OutputStore;
	/** As the user would type it. */
	readonly folder: string;
}

/**
 * Creates the writer of a run's reports; nothing is written before the first of them.
 *
 * @param reports - The folder of all runs.
 * @param options - `isHtml`: write the pages for people too, default true. `tidy`: called once the record of the run is written.
 */
export function createReportFiles(
	reports: string,
	run: RunId,
	files: Files,
	{ isHtml = true, tidy = async () => {} }: { readonly isHtml?: boolean; readonly tidy?: () => Promise<void> } = {},
): ReportFiles {
	const folder = join(reports, run);
	// Absolute from the start: making folders below a working directory that was removed since never ends in Node 20.
	const root = resolve(reports);
	const target = join(root, run);
	const recorder = createRunRecorder();
	return {
		folder,
		reporter: {
			name: 'report files',
			async onEvent(event) {
				recorder.add(event);
				const read = event.type === 'run-finished' ? recorder.read() : null;
				if (read === null) return;
				const record = { ...read, commit: await readCommit('.') };
				const hash = nodeHashes.createSha256();
				await Promise.all([
					files.write(join(target, 'run.json'), hashed(encodePieces(formatRecord(record)), hash)),
					files.write(join(target, 'junit.xml'), formatJUnit(record)),
				]);
				await pointLatest(root, run);
				// Before the pages, which lead to what is kept.
				await tidy();
				if (!isHtml) return;
				// Loaded only now: the verdict is told, nobody waits for the views of the page.
				const { writeReports } = await import('./html/write-reports.ts');
				await writeReports(record, hash.digest(), { reports: root, folder: target, files });
			},
		},
		outputs: {
			async keep(step, attempt, text) {
				const name = join(
					promptFolder(step.file),
					String(step.number),
					attempt === 1 ? 'out.txt' : `out-${attempt}.txt`,
				);
				try {
					makeFolders(dirname(join(target, name)));
					await writeFile(join(target, name), text);
					return name;
				} catch {
					// A full disk must not turn a verdict into a crash; head and tail are in the result.
					return null;
				}
			},
		},
	};
}

/** Has blocks hashed on their way, so that nothing is read twice. */
function* hashed(blocks: Iterable<Uint8Array>, hash: Sha256): Generator<Uint8Array> {
	for (const block of blocks) {
		hash.update(block);
		yield block;
	}
}

/** Replaces the link in one step, so that a reader always finds a whole run behind it. */
async function pointLatest(reports: string, run: RunId): Promise<void> {
	const fresh = join(reports, `.latest-${run}`);
	try {
		await symlink(run, fresh, 'dir');
		await rename(fresh, join(reports, 'latest'));
	} catch {
		// Where links are not allowed, a plain file names the folder.
		await rm(fresh, { force: true });
		await writeFile(join(reports, 'latest.txt'), `${run}\n`).catch(() => {});
	}
}
