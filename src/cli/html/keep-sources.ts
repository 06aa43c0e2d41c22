import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../host/make-folders.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { promptFolder } from './prompt-folder.ts';

/** Larger files than this get into no report. */
export const MOST_TEXT_BYTES = 8_000_000;

/** File that keeps the markdown of a prompt as the run left it, relative to the folder of the run. */
export const keptSource = (file: string): string => join(promptFolder(file), 'prompt.md');

/**
 * Copies the prompts of a run into its folder: a prompt changes after its run, and the report needs it as the run left it.
 *
 * @param folder - Of the run.
 * @returns Their markdown by file; what is gone by now is missing.
 */
export function keepSources({ prompts }: RunRecord, folder: string): ReadonlyMap<string, string> {
	const sources = new Map<string, string>();
	for (const { file } of prompts) {
		try {
			// Reading and writing takes a third of what the system's own way of copying small files does.
			const bytes = readFileSync(file);
			if (bytes.length <= MOST_TEXT_BYTES) sources.set(file, bytes.toString());
			const target = join(folder, keptSource(file));
			makeFolders(dirname(target));
			writeFileSync(target, bytes);
		} catch {
			// Neither a prompt that is gone nor a full disk is a reason to have no report.
		}
	}
	return sources;
}
