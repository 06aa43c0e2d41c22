import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunRecord } from '../../report/run-record.ts';
import { promptFolder } from './prompt-folder.ts';

/** File that keeps the markdown of a prompt as the run left it, relative to the folder of the run. */
export const keptSource = (file: string): string => join(promptFolder(file), 'prompt.md');

/**
 * Copies the prompts of a run into its folder: a prompt changes after its run, and the report needs it as the run left it.
 *
 * @param folder - Of the run.
 */
export function keepSources({ prompts }: RunRecord, folder: string): void {
	for (const { file } of prompts) {
		const target = join(folder, keptSource(file));
		try {
			mkdirSync(dirname(target), { recursive: true });
			copyFileSync(file, target);
		} catch {
			// A prompt that is gone by now, or a full disk, is no reason to have no report.
		}
	}
}
