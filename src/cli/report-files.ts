import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Reporter } from '../core/events.ts';
import type { RunId } from '../core/ids.ts';
import type { Files } from '../core/ports.ts';
import { formatJUnit } from '../report/format-junit.ts';
import { createRunRecorder } from '../report/run-record.ts';
import type { OutputStore } from '../run/context.ts';

/** The folder of a run's reports: `<reports>/<run id>/`. */
export interface ReportFiles {
	/** Writes `run.json` and `junit.xml` at the end, then points `<reports>/latest` at them. */
	readonly reporter: Reporter;
	readonly outputs: OutputStore;
	/** As the user would type it. */
	readonly folder: string;
}

/**
 * Creates the writer of a run's reports; nothing is written before the first of them.
 *
 * @param reports - The folder of all runs.
 */
export function createReportFiles(reports: string, run: RunId, files: Files): ReportFiles {
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
				const record = event.type === 'run-finished' ? recorder.read() : null;
				if (record === null) return;
				await files.write(join(target, 'run.json'), `${JSON.stringify(record, null, '\t')}\n`);
				await files.write(join(target, 'junit.xml'), formatJUnit(record));
				await pointLatest(root, run);
			},
		},
		outputs: {
			async keep(step, attempt, text) {
				const name = join(
					toFolderName(step.file),
					String(step.number),
					attempt === 1 ? 'out.txt' : `out-${attempt}.txt`,
				);
				try {
					await mkdir(join(target, name, '..'), { recursive: true });
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

const toFolderName = (file: string): string =>
	file
		.replace(/\.md$/i, '')
		.replace(/[^A-Za-z0-9._-]+/g, '-')
		.replace(/^[-.]+/, '') || 'prompt';

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
