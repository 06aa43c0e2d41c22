import type { Dirent } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunId } from '../../core/ids.ts';
import type { KeptRun } from '../../report/retention.ts';

/** Where runs leave things behind. */
export interface RunPlaces {
	readonly reports: string;
	readonly transcripts: string;
}

/** A run, and where it left something. */
export interface PlacedRun extends KeptRun {
	/** Folders of reports, and transcripts. */
	readonly paths: readonly string[];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Runs that are looked at together. */
const LANES = 16;

/** Lists what all runs left behind: only names that are ids of runs, nothing else in those folders is ours to judge. What vanishes meanwhile is left out. */
export async function listKeptRuns({ reports, transcripts }: RunPlaces): Promise<readonly PlacedRun[]> {
	const paths = new Map<string, string[]>();
	const add = (run: string, path: string): void => void paths.set(run, [...(paths.get(run) ?? []), path]);
	for (const { name } of await entriesOf(reports)) if (isRunId(name)) add(name, join(reports, name));
	for (const day of await entriesOf(transcripts)) {
		if (!day.isDirectory() || !DAY.test(day.name)) continue;
		for (const { name } of await entriesOf(join(transcripts, day.name))) {
			const [run = ''] = name.split('.jsonl');
			if (name === `${run}.jsonl` && isRunId(run)) add(run, join(transcripts, day.name, name));
		}
	}
	const waiting = [...paths];
	const found: PlacedRun[] = [];
	const work = async (): Promise<void> => {
		for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
			const [run, places] = next;
			found.push(await look(run, places, join(reports, run)));
		}
	};
	await Promise.all(Array.from({ length: LANES }, work));
	return found;
}

async function look(run: string, paths: readonly string[], folder: string): Promise<PlacedRun> {
	const sizes = await Promise.all(paths.map(measure));
	return {
		run,
		prompts: await readPrompts(folder),
		writtenMs: Math.max(0, ...sizes.map(({ writtenMs }) => writtenMs)),
		bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
		paths,
	};
}

/** Of a file, or of a folder with all that is in it; symbolic links are not followed. */
async function measure(path: string): Promise<{ readonly bytes: number; readonly writtenMs: number }> {
	const stats = await lstat(path).catch(() => null);
	if (stats === null) return { bytes: 0, writtenMs: 0 };
	if (!stats.isDirectory()) return { bytes: stats.size, writtenMs: stats.mtimeMs };
	const inside = await Promise.all((await entriesOf(path)).map(({ name }) => measure(join(path, name))));
	return {
		bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
		writtenMs: Math.max(stats.mtimeMs, ...inside.map(({ writtenMs }) => writtenMs)),
	};
}

/** The record is written when a run has ended: what has none goes on, or was killed. */
async function readPrompts(folder: string): Promise<readonly string[] | null> {
	const read = async (name: string): Promise<readonly string[] | null> => {
		try {
			const { prompts } = JSON.parse(await readFile(join(folder, name), 'utf8'));
			return (prompts as readonly { readonly file: unknown }[]).map(({ file }) => String(file));
		} catch {
			return null;
		}
	};
	// The summary is small; runs without pages for people have none.
	return (await read('summary.json')) ?? (await read('run.json'));
}

const entriesOf = (folder: string): Promise<Dirent[]> => readdir(folder, { withFileTypes: true }).catch(() => []);
