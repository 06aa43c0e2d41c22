import { readFileSync } from 'node:fs';
import { createReportFiles } from '../../src/cli/report-files.ts';
import type { PromptResult, RunEventBody } from '../../src/core/events.ts';
import { createRunId } from '../../src/core/ids.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import type { RunRecord } from '../../src/report/run-record.ts';

// node write-reports.mjs <run.json of a prompt of one step> <prompts> <steps of each>: what a run writes at its end, without the run.
const [sample = '', prompts, steps] = process.argv.slice(2);
const record = JSON.parse(readFileSync(sample, 'utf8')) as RunRecord;
const [model] = record.prompts;
if (!model || !record.totals) throw new Error('The sample has no prompt');
const { totals } = record;
const { reporter } = createReportFiles('reports', createRunId(nodeClock, nodeRandom), createNodeFiles());
let seq = 0;
const tell = async (event: RunEventBody): Promise<void> => {
	seq += 1;
	await reporter.onEvent({ seq, atMs: Date.now(), ...event });
};

await tell({ type: 'run-started', ...record, prompts: [] });
for (let index = 0; index < Number(prompts); index += 1) {
	await tell({ type: 'prompt-finished', result: repeatSteps(model, `p${String(index).padStart(5, '0')}.md`) });
}
await tell({
	type: 'run-finished',
	run: record.run,
	exitCode: 0,
	verdict: 'passed',
	totals: { ...totals, prompts: Number(prompts), steps: Number(prompts) * Number(steps) },
	proof: record.proof ?? '',
	reportFolder: null,
});

function repeatSteps(prompt: PromptResult, file: string): PromptResult {
	const results = Array.from({ length: Number(steps) }, (_, index) =>
		prompt.steps.map((step) => ({ ...step, file, number: index + 1, name: `Number ${index + 1}` })),
	);
	return { ...prompt, file, steps: results.flat() };
}
