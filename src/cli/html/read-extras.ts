import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import type { RunExtras } from '../../report/html/build-run-data.ts';
import { readTraces } from '../../report/html/read-traces.ts';
import type { RunRecord } from '../../report/run-record.ts';
import { promptFolder } from './prompt-folder.ts';

/** Transcripts beyond this would cost more than their timings are worth. */
const MOST_TRANSCRIPT_BYTES = 16_000_000;
const MOST_OUTPUT_BYTES = 8_000_000;
const TAIL_BYTES = 65_536;
/** Files that are read at once. */
const LANES = 16;

/**
 * Reads what a report shows beside its record, as far as it is there: nothing that is missing is an error.
 *
 * @param folder - Of the run.
 */
export async function readExtras(record: RunRecord, folder: string): Promise<RunExtras> {
	const [outputs, sources, ledgerHeads, traces] = await Promise.all([
		readOutputs(record, folder),
		readSources(record, folder),
		readLedgerHeads(record),
		readTranscript(record),
	]);
	return { outputs, sources, ledgerHeads, traces };
}

/** File that keeps the markdown of a prompt as the run left it, relative to the folder of the run. */
export const keptSource = (file: string): string => join(promptFolder(file), 'prompt.md');

function readOutputs(record: RunRecord, folder: string): Promise<Map<string, string>> {
	const files = record.prompts.flatMap(({ steps }) =>
		steps.flatMap(({ attempts }) => attempts.flatMap(({ output }) => output.file ?? [])),
	);
	// A record may come from elsewhere: what it names outside of its folder does not get into a report.
	return readAll(files, async (file) => (isBelow(file) ? readText(join(folder, file), MOST_OUTPUT_BYTES) : null));
}

const isBelow = (file: string): boolean => !isAbsolute(file) && !normalize(file).startsWith('..');

function readSources(record: RunRecord, folder: string): Promise<Map<string, string>> {
	return readAll(
		record.prompts.map(({ file }) => file),
		(file) => readText(join(folder, keptSource(file)), MOST_OUTPUT_BYTES),
	);
}

/** The last record of each ledger: after a run it follows all heads. */
function readLedgerHeads(record: RunRecord): Promise<Map<string, string>> {
	return readAll(
		record.prompts.map(({ file }) => file),
		async (file) => {
			const line = await readLastLine(join(dirname(file), '.ledger', `${basename(file)}.jsonl`));
			return /"hash":"([0-9a-f]{64})"/.exec(line ?? '')?.[1] ?? null;
		},
	);
}

async function readTranscript({ transcript }: RunRecord): Promise<NonNullable<RunExtras['traces']>> {
	const text = transcript === null ? null : await readText(transcript, MOST_TRANSCRIPT_BYTES);
	return text === null ? new Map() : readTraces(text);
}

async function readAll(
	keys: readonly string[],
	read: (key: string) => Promise<string | null>,
): Promise<Map<string, string>> {
	const found = new Map<string, string>();
	const queue = [...new Set(keys)];
	const lane = async (): Promise<void> => {
		for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
			const text = await read(key);
			if (text !== null) found.set(key, text);
		}
	};
	await Promise.all(Array.from({ length: LANES }, lane));
	return found;
}

async function readText(path: string, mostBytes: number): Promise<string | null> {
	try {
		return (await stat(path)).size > mostBytes ? null : await readFile(path, 'utf8');
	} catch {
		// It was not kept, or not here: the report says so where it would stand.
		return null;
	}
}

async function readLastLine(path: string): Promise<string | null> {
	const file = await open(path).catch(() => null);
	if (file === null) return null;
	try {
		const { size } = await file.stat();
		const start = Math.max(0, size - TAIL_BYTES);
		const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
		return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').at(-1) ?? null;
	} catch {
		return null;
	} finally {
		await file.close();
	}
}
