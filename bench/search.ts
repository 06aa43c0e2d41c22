import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createMarker, createRunId, type Marker } from '../src/core/ids.ts';
import { digestRunResults, formatRunProof } from '../src/core/run-proof.ts';
import { nodeClock } from '../src/host/node-clock.ts';
import { nodeHashes } from '../src/host/node-hashes.ts';
import { nodeRandom } from '../src/host/node-random.ts';
import { createSearch } from '../src/host/ripgrep-search.ts';
import { findMarkers } from '../src/transcript/find-marker.ts';
import { exchange, makeTranscripts } from './make-transcripts.ts';
import { type Figures, measure } from './measure.ts';
import { printComparison } from './print-figures.ts';

// node --import tsx bench/search.ts: markers in many transcripts, beside one rg; a run's own confirmation, by the size of the folder.
const { values } = parseArgs({
	options: {
		/** Size of the large folder, MiB. */
		size: { type: 'string', default: '2048' },
		markers: { type: 'string', default: '100' },
		runs: { type: 'string', default: '5' },
	},
});
const MIB = 1024 * 1024;
/** A copy of `dist`, when somebody builds meanwhile. */
const VERIFY = resolve(process.env.VERIFY_PROGRAM ?? 'dist/verify.js');
const { rgPath } = await import('@vscode/ripgrep');
const runs = Number(values.runs);
const folder = await mkdtemp(join(tmpdir(), 'verify-bench-search-'));
const stop = (): void => void rm(folder, { recursive: true, force: true }).finally(() => process.exit(130));
process.once('SIGINT', stop).once('SIGTERM', stop);
try {
	console.log(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`);
	await search();
	await confirm();
} finally {
	await rm(folder, { recursive: true, force: true });
}

async function search(): Promise<void> {
	const markers = Array.from({ length: Number(values.markers) }, () => createMarker('bench', nodeClock, nodeRandom));
	const transcripts = join(folder, 'projects');
	const bytes = Number(values.size) * MIB;
	const files = Math.ceil(bytes / (8 * MIB));
	const placed = markers.map((marker, index) => ({ marker, file: Math.floor((index * files) / markers.length) }));
	const written = await makeTranscripts(transcripts, { bytes, markers: placed, modified: new Date() });
	const words = join(folder, 'words');
	await writeFile(words, `${markers.join('\n')}\n`);
	const figures = await measure(
		[
			{ name: 'rg -F -f words', argv: [rgPath, '-F', '-f', words, transcripts] },
			{ name: 'verify find, all in one', argv: [process.execPath, VERIFY, 'find', ...markers, transcripts] },
			{ name: 'verify find, one of them', argv: [process.execPath, VERIFY, 'find', markers[0] ?? '', transcripts] },
		],
		runs,
	);
	const title = `${markers.length} markers in ${(written / MIB).toFixed(0)} MiB`;
	printComparison({ title: `${title}, whole processes`, figures });
	printComparison({ title: `${title}, the search alone`, figures: await searchAlone(markers, { words, transcripts }) });
}

/** In a process that is up already, as in an audit: what starts is rg. */
async function searchAlone(
	markers: readonly Marker[],
	{ words, transcripts }: { readonly words: string; readonly transcripts: string },
): Promise<readonly Figures[]> {
	const search = createSearch();
	const rows: readonly (readonly [string, () => Promise<unknown>])[] = [
		['rg -F -f words', () => once(spawn(rgPath, ['-F', '-f', words, transcripts], { stdio: 'ignore' }), 'close')],
		['findMarkers()', () => findMarkers(markers, [transcripts], { search })],
	];
	const times = rows.map((): number[] => []);
	for (let run = 0; run <= runs; run += 1) {
		for (const [index, [, work]] of rows.entries()) {
			const startMs = performance.now();
			await work();
			if (run > 0) times[index]?.push(performance.now() - startMs);
		}
	}
	return rows.map(([name], index) => {
		const sorted = (times[index] ?? []).sort((a, b) => a - b);
		const [minMs = 0, medianMs = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
		return { name, minMs, medianMs, maxMs: sorted.at(-1) ?? 0, peakMiB: null };
	});
}

async function confirm(): Promise<void> {
	const programs = [];
	for (const size of [10, Number(values.size)]) {
		const home = join(folder, `home-${size}`);
		const cwd = join(folder, `project-${size}`);
		const project = join(home, '.claude/projects', cwd.replace(/[^A-Za-z0-9]/g, '-'));
		if (size === 10) await makeTranscripts(project, { bytes: size * MIB, markers: [], modified: new Date(0) });
		else await fillFrom(join(folder, 'projects'), project);
		await writeRun(cwd, project);
		programs.push({
			name: `verify confirm, ${size} MiB`,
			argv: [process.execPath, VERIFY, 'confirm'],
			cwd,
			env: { HOME: home },
		});
	}
	printComparison({ title: 'Confirmation of a run', figures: await measure(programs, runs) });
}

/** The large folder is used again, as one that nobody has written to for long. */
async function fillFrom(from: string, to: string): Promise<void> {
	await mkdir(join(to, '..'), { recursive: true });
	await rename(from, to);
	for (const name of await readdir(to)) await utimes(join(to, name), 0, 0);
}

async function writeRun(cwd: string, project: string): Promise<void> {
	const run = createRunId(nodeClock, nodeRandom);
	const results = digestRunResults([], nodeHashes);
	const proof = formatRunProof({ run, marker: createMarker('run', nodeClock, nodeRandom), results });
	const atMs = Date.now();
	const startedAt = new Date(atMs).toISOString();
	const text = exchange('own', `passed\n${proof}`, { command: 'npx verify prompts/*.md', atMs });
	await writeFile(join(project, 'own.jsonl'), text);
	await mkdir(join(cwd, 'reports/latest'), { recursive: true });
	const record = { schemaVersion: 1, run, startedAt, finishedAt: startedAt, transcript: null, prompts: [], proof };
	await writeFile(join(cwd, 'reports/latest/run.json'), JSON.stringify(record));
}
