import { isAppError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type {
	CompletedRecord,
	OutputRecord,
	StartedRecord,
	TranscriptRecord,
	TranscriptSink,
} from '../core/transcript-records.ts';
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
export const createTranscriptRecorder = (
	sink: TranscriptSink,
	clock: Clock,
	bracket: BracketFacts,
): TranscriptRecorder => new ExecutionRecorder(sink, clock, bracket);

/** Says for people why a transcript could not be written. */
export function formatTranscriptFailure(failure: unknown): string {
	// Ours say by themselves what could not be done.
	if (isAppError(failure)) return failure.message;
	return `The transcript could not be written: ${failure instanceof Error ? failure.message : String(failure)}`;
}

class ExecutionRecorder implements TranscriptRecorder {
	failure: unknown;
	readonly #sink: TranscriptSink;
	readonly #clock: Clock;
	readonly #bracket: BracketFacts;
	readonly #tail: KeptChunk[] = [];
	#headCost = 0;
	#tailCost = 0;
	#elidedBytes = 0;

	constructor(sink: TranscriptSink, clock: Clock, bracket: BracketFacts) {
		this.#sink = sink;
		this.#clock = clock;
		this.#bracket = bracket;
	}

	start(facts: StartFacts): void {
		this.#append({ v: 1, at: this.#now(), type: 'execution-started', ...this.#bracket, ...facts });
	}

	output(chunk: RecordedChunk): void {
		const atMs = this.#clock.nowMs();
		const cost = chunk.sizeBytes + FRAME_COST;
		if (this.#headCost < LIMITS.transcriptBytes) {
			this.#headCost += cost;
			this.#append(this.#toRecord(chunk, atMs));
		} else {
			this.#tail.push({ atMs, chunk, cost });
			this.#tailCost += cost;
			this.#trimTail();
		}
	}

	end(facts: EndFacts): void {
		const { execution } = this.#bracket;
		if (this.#elidedBytes > 0) {
			this.#append({ v: 1, at: this.#now(), type: 'output-elided', execution, bytes: this.#elidedBytes });
		}
		for (const { atMs, chunk } of this.#tail) this.#append(this.#toRecord(chunk, atMs));
		this.#tail.length = 0;
		this.#append({ v: 1, at: this.#now(), type: 'execution-completed', ...this.#bracket, ...facts });
	}

	#trimTail(): void {
		const tail = this.#tail;
		for (let [oldest] = tail; oldest && this.#tailCost - oldest.cost >= LIMITS.transcriptBytes; [oldest] = tail) {
			tail.shift();
			this.#tailCost -= oldest.cost;
			this.#elidedBytes += oldest.chunk.sizeBytes;
		}
	}

	#append(record: TranscriptRecord): void {
		if (this.failure !== undefined) return;
		try {
			this.#sink.append(record);
		} catch (error) {
			this.failure = error ?? new Error('The transcript failed');
		}
	}

	#toRecord({ seq, stream, readText }: RecordedChunk, atMs: number): OutputRecord {
		const { execution } = this.#bracket;
		return { v: 1, at: formatMoment(atMs), type: 'output', execution, seq, stream, data: readText() };
	}

	#now(): string {
		return formatMoment(this.#clock.nowMs());
	}
}

const formatMoment = (atMs: number): string => new Date(atMs).toISOString();
