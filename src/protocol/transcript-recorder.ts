import type { Clock } from '../core/ports.ts';
import type { CompletedRecord, OutputRecord, StartedRecord, TranscriptSink } from '../core/transcript-records.ts';
import { LIMITS } from './limits.ts';

/** What the two ends of a bracket share. */
export type BracketFacts = Pick<StartedRecord, 'execution' | 'marker' | 'command_sha256'>;

/** What is known at the start. */
export type StartFacts = Pick<StartedRecord, 'pid' | 'pgid' | 'cwd'>;

/** What is known at the end. */
export type EndFacts = Omit<CompletedRecord, keyof BracketFacts | 'v' | 'at' | 'type'>;

/** Writes the records of one execution into a transcript: bracket, head and tail of the output. */
export interface TranscriptRecorder {
	start(facts: StartFacts): void;
	/** @param sizeBytes - Raw bytes that `data` stands for. */
	output(
		chunk: { readonly seq: number; readonly stream: 'stdout' | 'stderr'; readonly data: string },
		sizeBytes: number,
	): void;
	end(facts: EndFacts): void;
	/** The first append that failed; nothing was written after it. */
	readonly failure: unknown;
}

interface KeptChunk {
	readonly record: OutputRecord;
	readonly sizeBytes: number;
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

	const base = () => ({ v: 1, at: new Date(clock.nowMs()).toISOString() }) as const;
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
		output: ({ seq, stream, data }, sizeBytes) => {
			const record: OutputRecord = { ...base(), type: 'output', execution: bracket.execution, seq, stream, data };
			const cost = sizeBytes + FRAME_COST;
			if (headCost < LIMITS.transcriptBytes) {
				headCost += cost;
				append(record);
				return;
			}
			tail.push({ record, sizeBytes, cost });
			tailCost += cost;
			for (let [oldest] = tail; oldest && tailCost - oldest.cost >= LIMITS.transcriptBytes; [oldest] = tail) {
				tail.shift();
				tailCost -= oldest.cost;
				elidedBytes += oldest.sizeBytes;
			}
		},
		end: (facts) => {
			const { execution } = bracket;
			if (elidedBytes > 0) append({ ...base(), type: 'output-elided', execution, bytes: elidedBytes });
			for (const { record } of tail) append(record);
			tail.length = 0;
			append({ ...base(), type: 'execution-completed', ...bracket, ...facts });
		},
		get failure() {
			return failure;
		},
	};
}
