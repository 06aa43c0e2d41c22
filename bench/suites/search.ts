import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMarker, type Marker } from '../../src/core/ids.ts';
import { nodeClock } from '../../src/host/node-clock.ts';
import { nodeRandom } from '../../src/host/node-random.ts';
import { createSearch } from '../../src/host/ripgrep-search.ts';
import { findMarkers } from '../../src/transcript/find-marker.ts';
import { makeTranscripts } from '../make-transcripts.ts';
import { type Figures, measure, summarize } from '../measure.ts';
import { type Extent, type Row, ratioAtMost } from '../rows.ts';
import { VERIFY } from '../verify-program.ts';

const MIB = 1024 * 1024;
const FILE_MIB = 8;
const MARKERS = 100;

/** Times the search of 100 markers in a folder of transcripts, beside one `rg`; as whole processes, and the search alone. */
export async function measureSearch({ runs, isFull }: Extent): Promise<readonly Row[]> {
	const size = isFull ? 2048 : 1024;
	const folder = await mkdtemp(join(tmpdir(), 'verify-bench-search-'));
	const { rgPath } = await import('@vscode/ripgrep');
	try {
		const markers = Array.from({ length: MARKERS }, () => createMarker('bench', nodeClock, nodeRandom));
		const transcripts = join(folder, 'projects');
		const placed = markers.map((marker, index) => ({
			marker,
			file: Math.floor((index * (size / FILE_MIB)) / MARKERS),
		}));
		await makeTranscripts(transcripts, { bytes: size * MIB, markers: placed, modified: new Date() });
		const words = join(folder, 'words');
		await writeFile(words, `${markers.join('\n')}\n`);
		const rg = [rgPath, '-F', '-f', words, transcripts];
		const work = `${MARKERS} markers in ${size} MiB`;
		const [besideWhole = null, whole] = await measure(
			[
				{ name: 'rg -F -f', argv: rg },
				{ name: 'verify find', argv: [process.execPath, VERIFY, 'find', ...markers, transcripts] },
			],
			runs,
		);
		const [besideAlone = null, alone] = await searchAlone(markers, { rg, transcripts, runs });
		return [
			...(alone
				? [{ work: `${work}, the search alone`, ours: alone, beside: besideAlone, goal: ratioAtMost(1.2) }]
				: []),
			...(whole ? [{ work: `${work}, whole process`, ours: whole, beside: besideWhole, goal: null }] : []),
		];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** In a process that is up already, as in an audit: what starts is rg. */
async function searchAlone(
	markers: readonly Marker[],
	{ rg, transcripts, runs }: { readonly rg: readonly string[]; readonly transcripts: string; readonly runs: number },
): Promise<readonly Figures[]> {
	const search = createSearch();
	const [command = '', ...args] = rg;
	const works: readonly (readonly [string, () => Promise<unknown>])[] = [
		['rg -F -f', () => once(spawn(command, args, { stdio: 'ignore' }), 'close')],
		['findMarkers()', () => findMarkers(markers, [transcripts], { search })],
	];
	const times = works.map((): number[] => []);
	for (let run = -1; run < runs; run += 1) {
		for (const [index, [, work]] of works.entries()) {
			const startMs = performance.now();
			await work();
			if (run >= 0) times[index]?.push(performance.now() - startMs);
		}
	}
	return works.map(([name], index) => summarize(name, times[index] ?? []));
}
