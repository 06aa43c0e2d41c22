import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import type { RunExtras } from '../../report/html/build-run-data.ts';
import { readTraces } from '../../report/html/read-traces.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { keptSource, MOST_TEXT_BYTES } from './keep-sources.ts';

/** Transcripts beyond this would cost more than their timings are worth. */
const MOST_TRANSCRIPT_BYTES = 16_000_000;
const TAIL_BYTES = 65_536;

/**
 * Reads what a report shows beside its record, as far as it is there: nothing that is missing is an error. Synchronous, as there may be
 * thousands of small files, and the way through the thread pool costs ten times as much as reading one.
 *
 * @param folder - Of the run.
 * @param sources - Markdown of the prompts, where it is at hand; else it is read from the folder.
 */
export const readExtras = (
	record: RunRecord,
	folder: string,
	sources: ReadonlyMap<string, string> = readSources(record, folder),
): RunExtras => ({
	outputs: readOutputs(record, folder),
	sources,
	ledgerHeads: readLedgerHeads(record),
	traces: readTranscript(record),
});

function readOutputs(record: RunRecord, folder: string): Map<string, string> {
	const files = record.prompts.flatMap(({ steps }) =>
		steps.flatMap(({ attempts }) => attempts.flatMap(({ output }) => output.file ?? [])),
	);
	// A record may come from elsewhere: what it names outside of its folder does not get into a report.
	return readAll(files, (file) => (isBelow(file) ? readText(join(folder, file), MOST_TEXT_BYTES) : null));
}

const isBelow = (file: string): boolean => !isAbsolute(file) && !normalize(file).startsWith('..');

const readSources = ({ prompts }: RunRecord, folder: string): Map<string, string> =>
	readAll(
		prompts.map(({ file }) => file),
		(file) => readText(join(folder, keptSource(file)), MOST_TEXT_BYTES),
	);

/** The record that settled the run; where it is not known, the last one that is there: after a run it follows all heads. */
function readLedgerHeads({ prompts }: RunRecord): Map<string, string> {
	const settled = new Map(prompts.map(({ file, counts }) => [file, counts.ledger?.head ?? null]));
	return readAll([...settled.keys()], (file) => settled.get(file) ?? readLastHash(file));
}

function readLastHash(file: string): string | null {
	const line = readLastLine(join(dirname(file), '.ledger', `${basename(file)}.jsonl`));
	return /"hash":"([0-9a-f]{64})"/.exec(line ?? '')?.[1] ?? null;
}

function readTranscript({ transcript }: RunRecord): NonNullable<RunExtras['traces']> {
	const text = transcript === null ? null : readText(transcript, MOST_TRANSCRIPT_BYTES);
	return text === null ? new Map() : readTraces(text);
}

const readAll = (keys: readonly string[], read: (key: string) => string | null): Map<string, string> =>
	new Map(
		[...new Set(keys)].flatMap((key) => {
			const text = read(key);
			return text === null ? [] : [[key, text] as const];
		}),
	);

function readText(path: string, mostBytes: number): string | null {
	try {
		const found = statSync(path);
		return found.isFile() && found.size <= mostBytes ? readFileSync(path, 'utf8') : null;
	} catch {
		// It was not kept, or not here: the report says so where it would stand.
		return null;
	}
}

function readLastLine(path: string): string | null {
	try {
		const fd = openSync(path, 'r');
		try {
			const { size } = fstatSync(fd);
			const start = Math.max(0, size - TAIL_BYTES);
			const bytes = Buffer.alloc(size - start);
			return (
				bytes
					.toString('utf8', 0, readSync(fd, bytes, { position: start }))
					.trimEnd()
					.split('\n')
					.at(-1) ?? null
			);
		} finally {
			closeSync(fd);
		}
	} catch {
		return null;
	}
}
