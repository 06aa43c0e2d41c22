import type { CompletedRecord, StartedRecord } from '../../core/transcript-records.ts';
import type { Trace } from './report-data.ts';

interface Sighting {
	startedLine: number;
	started: StartedRecord | null;
	completedLine: number;
	completed: CompletedRecord | null;
	moments: number[];
}

const MOST_MOMENTS = 200;
const SHORTEST_GAP_MS = 100;
const WANTED = /^\{[^\n]{0,2000}?"type":"(execution-started|output|execution-completed)"/;

/**
 * Reads what a transcript tells of each execution: its two brackets and when output came.
 *
 * @param transcript - Text of a transcript of ours; lines that can't be read are passed over.
 * @returns By execution id.
 */
export function readTraces(transcript: string): ReadonlyMap<string, Trace> {
	const sightings = new Map<string, Sighting>();
	for (const [index, line] of transcript.split('\n').entries()) {
		const type = WANTED.exec(line)?.[1];
		if (type === undefined) continue;
		const record = parseLine(line);
		if (record === null) continue;
		let sighting = sightings.get(record.execution);
		if (sighting === undefined) {
			sighting = { startedLine: 0, started: null, completedLine: 0, completed: null, moments: [] };
			sightings.set(record.execution, sighting);
		}
		// The first of each: what came later is for the checks of evidence to complain about.
		if (type === 'execution-started' && sighting.started === null) {
			sighting.started = record as StartedRecord;
			sighting.startedLine = index + 1;
		} else if (type === 'execution-completed' && sighting.completed === null) {
			sighting.completed = record as CompletedRecord;
			sighting.completedLine = index + 1;
		} else if (type === 'output') sighting.moments.push(Date.parse(record.at));
	}
	return new Map([...sightings].map(([execution, sighting]) => [execution, toTrace(sighting)]));
}

function parseLine(line: string): { readonly execution: string; readonly at: string } | null {
	try {
		const record: unknown = JSON.parse(line);
		if (typeof record !== 'object' || record === null || !('execution' in record) || !('at' in record)) return null;
		const { execution, at } = record;
		return typeof execution === 'string' && typeof at === 'string' ? { ...record, execution, at } : null;
	} catch {
		// A torn end, or somebody else's line.
		return null;
	}
}

function toTrace({ moments, ...brackets }: Sighting): Trace {
	const start = brackets.started === null ? Number.NaN : Date.parse(brackets.started.at);
	const times = moments
		.map((moment) => moment - start)
		.filter((offset) => offset >= 0)
		.sort((a, b) => a - b);
	const end = brackets.completed?.duration_ms ?? times.at(-1) ?? 0;
	const edges = [0, ...times, Math.max(end, times.at(-1) ?? 0)];
	const gaps = edges
		.slice(1)
		.map((toMs, index) => ({ fromMs: edges[index] ?? 0, toMs }))
		.filter(({ fromMs, toMs }) => toMs - fromMs >= SHORTEST_GAP_MS)
		.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
		.slice(0, 3);
	const every = Math.max(1, Math.ceil(times.length / MOST_MOMENTS));
	return { moments: times.filter((_, index) => index % every === 0), gaps, ...brackets };
}
