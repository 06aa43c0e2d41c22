import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readSummaries } from '../../../src/cli/html/read-summaries.ts';
import { summarizeRun } from '../../../src/report/html/summarize-run.ts';
import { aRecord, runId } from '../../helpers/report-samples.ts';
import { aPrompt } from '../../helpers/results.ts';
import { describe } from '../../helpers/suite.ts';
import { createTempFolder } from '../../helpers/temp-folder.ts';

describe('readSummaries()', ({ test }) => {
	test('gives the newest 50, and reads the record of a run that has none', async () => {
		await using reports = await createTempFolder();
		for (let number = 1; number <= 53; number += 1) {
			await put(reports.path, number, 'summary.json', summarizeRun(aRecord({ run: runId(number) })));
		}
		await put(reports.path, 54, 'run.json', aRecord({ run: runId(54) }));
		await put(reports.path, 55, 'summary.json', 'torn');
		await mkdir(join(reports.path, 'no-run'));
		const runs = readSummaries(reports.path).map(({ run }) => run);
		assert.equal(
			runs,
			Array.from({ length: 49 }, (_, index) => runId(54 - index)),
		);
		assert.equal(readSummaries(join(reports.path, 'missing')), []);
	});

	test('looks back on fewer runs where they have many prompts', async () => {
		await using reports = await createTempFolder();
		const [prompt] = summarizeRun(aRecord({ prompts: [aPrompt()] })).prompts;
		for (let number = 1; number <= 5; number += 1) {
			const prompts = Array.from({ length: 20_000 }, (_, index) => ({ ...prompt, file: `${index}.md` }));
			await put(reports.path, number, 'summary.json', { ...summarizeRun(aRecord({ run: runId(number) })), prompts });
		}
		assert.equal(
			readSummaries(reports.path).map(({ run }) => run),
			[5, 4, 3].map(runId),
		);
	});
});

async function put(reports: string, number: number, name: string, value: unknown): Promise<void> {
	await mkdir(join(reports, runId(number)), { recursive: true });
	await writeFile(join(reports, runId(number), name), JSON.stringify(value));
}
