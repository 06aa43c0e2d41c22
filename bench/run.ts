import { parseArgs } from 'node:util';
import { describeMachine } from './describe-machine.ts';
import { printTable } from './print-table.ts';
import type { Extent, Row } from './rows.ts';
import { saveBaseline } from './save-baseline.ts';
import { measureConfirm } from './suites/confirm.ts';
import { measureEnding } from './suites/ending.ts';
import { measureOutput } from './suites/output.ts';
import { measureParallel } from './suites/parallel.ts';
import { measureReading } from './suites/reading.ts';
import { measureReports } from './suites/reports.ts';
import { measureSearch } from './suites/search.ts';
import { measureStartup } from './suites/startup.ts';
import { measureSteps } from './suites/steps.ts';
import { measureWriteBack } from './suites/write-back.ts';

// Ours beside a baseline in one run, as one table with the goals.
const USAGE = `npm run bench [-- suites…] [--runs 5] [--full] [--save]

  --runs <n>  How often each program is timed (default: 5)
  --full      The large sizes too: 10,000 steps, 10,000 prompts, 2 GiB of transcripts
  --save      Writes the figures to bench/baseline.json`;
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		runs: { type: 'string', default: '5' },
		full: { type: 'boolean', default: false },
		save: { type: 'boolean', default: false },
		help: { type: 'boolean', default: false },
	},
});
const extent: Extent = { runs: Number(values.runs), isFull: values.full };
const SUITES: Readonly<Record<string, (extent: Extent) => Promise<readonly Row[]>>> = {
	startup: measureStartup,
	steps: measureSteps,
	parallel: measureParallel,
	output: measureOutput,
	ending: measureEnding,
	reading: measureReading,
	search: measureSearch,
	confirm: measureConfirm,
	reports: measureReports,
	'write-back': measureWriteBack,
};
if (values.help) {
	console.log(`${USAGE}\n\nSuites: ${Object.keys(SUITES).join(', ')}`);
	process.exit(0);
}
const chosen = positionals.length === 0 ? Object.keys(SUITES) : positionals;
const machine = describeMachine();
console.log(
	`${machine.node}, ${machine.cores} x ${machine.cpu}, ${machine.memoryGiB} GiB, load ${machine.loadBefore}, ${extent.runs} runs each`,
);
console.log('Milliseconds: min / median / max. Ratio: of the medians, ours by the one beside it.');
const rows: Row[] = [];
for (const name of chosen) {
	const suite = SUITES[name];
	if (!suite) throw new Error(`No suite "${name}"; there are: ${Object.keys(SUITES).join(', ')}`);
	const startMs = performance.now();
	try {
		rows.push(...(await suite(extent)));
	} catch (error) {
		// The figures of the others took minutes: they are shown all the same.
		console.error(`${name} was not measured:`, error);
		process.exitCode = 1;
	}
	console.error(`${name}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
}
printTable(rows);
if (values.save) await saveBaseline('bench/baseline.json', machine, rows);
