import type { Clock } from '../core/ports.ts';
import type { CompletedRecord, OutputRecord, StartedRecord, TranscriptSink } from '../core/transcript-records.ts';
import { LIMITS } from './limits.ts';

/** What the two ends of a bracket share. */
export type BracketFacts = Pick<StartedRecord, 'execution' | 'marker' | 'command_sha256'>;

/** What is known at the start. */
export type StartFacts = Pick<StartedRecord, 'pid' | 'pgid' | 'cwd'>;

/** What is known at the end. */
export type EndFacts = Omit<CompletedRecord, keyof BracketFacts | 'v' | 'at' | 'type'>;

/** A piece of output. */
export interface RecordedChunk {
	readonly seq: number;
	readonly stream: 'stdout' | 'stderr';
	/** Raw bytes that the text stands for. */
	readonly sizeBytes: number;
	/** Called at most once, and not at all for output that is left out. */
	readonly readText: () => string;
}

/** Writes the records of one execution into a transcript: bracket, head and tail of the output. */
export interface TranscriptRecorder {
	start(facts: StartFacts): void;
	output(chunk: RecordedChunk): void;
	end(facts: EndFacts): void;
	/** The first append that failed; nothing was written after it. */
	readonly failure: unknown;
}

interface KeptChunk {
	readonly atMs: number;
	readonly chunk: RecordedChunk;
	/** What it takes in the file and in memory, about. */
	readonly cost: number;
}

/** A record has a frame of its own: an execution that prints byte by byte is kept shorter. */
const FRAME_COST = 200;

/**
 * Makes the recorder of one execution. Head records are appended as they come; at most as many bytes again are kept for the tail.
 *
 * @param sink - Its errors are kept in `failure`, never thrown: what runs goes on.
 */
export function createTranscriptRecorder(
	sink: TranscriptSink,
	clock: Clock,
	bracket: BracketFacts,
): TranscriptRecorder {
	const tail: KeptChunk[] = [];
	let headCost = 0;
	let tailCost = 0;
	let elidedBytes = 0;
	let failure: unknown;

	const base = (atMs = clock.nowMs()) => ({ v: 1, at: new Date(atMs).toISOString() }) as const;
	const toRecord = ({ seq, stream, readText }: RecordedChunk, atMs: number): OutputRecord => ({
		...base(atMs),
		type: 'output',
		execution: bracket.execution,
		seq,
		stream,
		data: readText(),
	});
	const append: TranscriptSink['append'] = (record) => {
		if (failure !== undefined) return;
		try {
			sink.append(record);
		} catch (error) {
			failure = error ?? new Error('The transcript failed');
		}
	};

	return {
		start: (facts) => append({ ...base(), type: 'execution-started', ...bracket, ...facts }),
		output: (chunk) => {
			const atMs = clock.nowMs();
			const cost = chunk.sizeBytes + FRAME_COST;
			if (headCost < LIMITS.transcriptBytes) {
				headCost += cost;
				append(toRecord(chunk, atMs));
				return;
			}
			tail.push({ atMs, chunk, cost });
			tailCost += cost;
			for (let [oldest] = tail; oldest && tailCost - oldest.cost >= LIMITS.transcriptBytes; [oldest] = tail) {
				tail.shift();
				tailCost -= oldest.cost;
				elidedBytes += oldest.chunk.sizeBytes;
			}
		},
		end: (facts) => {
			const { execution } = bracket;
			if (elidedBytes > 0) append({ ...base(), type: 'output-elided', execution, bytes: elidedBytes });
			for (const { atMs, chunk } of tail) append(toRecord(chunk, atMs));
			tail.length = 0;
			append({ ...base(), type: 'execution-completed', ...bracket, ...facts });
		},
		get failure() {
			return failure;
		},
	};
}
