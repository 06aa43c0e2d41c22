import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StepResult } from '../../core/events.ts';
import type { RunRecord } from '../../report/run-record.ts';
import type { PlannedPrompt } from '../../run/plan-prompt.ts';
import { listRuns } from '../find-run.ts';

/** Further back nobody remembers. */
const MOST_RUNS = 50;

/**
 * Reads what the steps of prompts came to in the newest runs, until each has a result or 50 runs were read.
 *
 * @param reports - The folder of all runs; it may be missing.
 * @returns The newest first; paths as the prompts have them now. Runs that can't be read are left out.
 */
export async function readLastResults(
	prompts: readonly PlannedPrompt[],
	reports: string,
): Promise<readonly StepResult[]> {
	const fileByPath = new Map(prompts.map(({ file }) => [resolve(file), file]));
	const missing = new Set(prompts.flatMap(({ steps }) => steps.map(({ ref }) => keyOf(ref))));
	const results: StepResult[] = [];
	for (const run of (await listRuns(reports)).slice(0, MOST_RUNS)) {
		if (missing.size === 0) break;
		const record = await readRecord(join(reports, run, 'run.json'));
		for (const step of record?.prompts.flatMap((prompt) => prompt.steps) ?? []) {
			const file = fileByPath.get(resolve(step.file));
			if (file === undefined || step.outcome === 'skipped') continue;
			results.push({ ...step, file });
			missing.delete(keyOf({ file, number: step.number }));
		}
	}
	return results;
}

const keyOf = ({ file, number }: { readonly file: string; readonly number: number }): string => `${file}\0${number}`;

async function readRecord(path: string): Promise<RunRecord | null> {
	try {
		const record = JSON.parse(await readFile(path, 'utf8')) as RunRecord | null;
		return record?.schemaVersion === 1 && Array.isArray(record.prompts) ? record : null;
	} catch {
		// A run that goes on right now, or was taken away.
		return null;
	}
}
