import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { makePrompts, promptOfSteps } from '../make-prompts.ts';
import { measure, type Program } from '../measure.ts';
import { type Extent, msAtMost, peakBelow, type Row, ratioAtMost } from '../rows.ts';
import { VERIFY } from '../verify-program.ts';

const STEPS = 200;

/** Times what a run of 20,000 results writes at its end: `run.json`, `junit.xml`, `report.html` and the index, beside a tenth of it. */
export async function measureReports({ runs }: Extent): Promise<readonly Row[]> {
	// Below this folder, where its packages are found.
	const folder = await mkdtemp(resolve('.build/bench-'));
	const prompts = await makePrompts(100, () => promptOfSteps(STEPS, 'echo ok', 'ok'));
	const sample = await makePrompts(1, () => promptOfSteps(1, 'echo ok', 'ok'));
	try {
		const program = await bundleWriter(folder);
		await measure([{ name: 'sample', argv: [process.execPath, VERIFY, ...sample.files], cwd: sample.folder }], 1, 0);
		const record = join(sample.folder, 'reports/latest/run.json');
		const write = (count: number): Program => ({
			name: `${(count * STEPS).toLocaleString('en')} results`,
			argv: [process.execPath, program, record, String(count), String(STEPS)],
			cwd: prompts.folder,
			prepare: prompts.reset,
		});
		const [beside = null, ours] = await measure([write(10), write(100)], Math.min(runs, 3));
		if (!ours) return [];
		const work = '20,000 results to run.json, JUnit, HTML, index';
		return [
			{ work, ours, beside, goal: msAtMost(3000) },
			{ work: `${work}, memory`, ours, beside: null, goal: peakBelow(500) },
			{ work: `${work}, linear`, ours, beside, goal: ratioAtMost(10) },
		];
	} finally {
		await Promise.all([prompts.remove(), sample.remove(), rm(folder, { recursive: true, force: true })]);
	}
}

async function bundleWriter(folder: string): Promise<string> {
	const outfile = join(folder, 'write-reports.mjs');
	await build({
		entryPoints: ['bench/subjects/write-reports.ts'],
		outfile,
		bundle: true,
		format: 'esm',
		platform: 'node',
		target: 'node20',
		packages: 'external',
		define: { TENFOLD_VERSION: '"bench"', TENFOLD_SOURCES: '"bench"' },
		logLevel: 'warning',
	});
	await copyFile(join(VERIFY, '../page.json'), join(folder, 'page.json'));
	return outfile;
}
