/**
 * The records of our own transcripts, `transcripts/<date>/<run id>.jsonl`: one JSON object a line, UTF-8, `\n`.
 * Documented for readers in `docs/transcripts.md`; additive changes keep `v`.
 */

import type { Attestation } from './attestation.ts';

/** What every record carries. */
interface RecordBase {
	readonly v: 1;
	/** UTC, ISO 8601 with milliseconds. */
	readonly at: string;
}

/** First record of a file: who wrote it and for which run. */
export interface RunRecord extends RecordBase {
	readonly type: 'run';
	readonly run: string;
	/** `executor`: the process that ran the commands wrote this. `client`: written from what came over a wire. */
	readonly writer: 'executor' | 'client';
	/** Name and version of the program, such as `tenfold 0.1.0`. */
	readonly tool: string;
}

/** Opens the bracket of one execution. */
export interface StartedRecord extends RecordBase {
	readonly type: 'execution-started';
	readonly execution: string;
	readonly marker: string | null;
	/** Over the UTF-8 of the command text, 64 hex digits. */
	readonly command_sha256: string;
	readonly pid: number | null;
	readonly pgid: number | null;
	readonly cwd: string | null;
}

/** Output as it was read; head and tail of a long one, see {@link ElidedRecord}. */
export interface OutputRecord extends RecordBase {
	readonly type: 'output';
	readonly execution: string;
	readonly seq: number;
	readonly stream: 'stdout' | 'stderr';
	/** Bytes that are not UTF-8 read as U+FFFD. */
	readonly data: string;
}

/** Stands where output was left out because the execution printed more than is kept. */
export interface ElidedRecord extends RecordBase {
	readonly type: 'output-elided';
	readonly execution: string;
	/** How many bytes of output stand between the records before and after this one. */
	readonly bytes: number;
}

/** Closes the bracket of one execution. */
export interface CompletedRecord extends RecordBase {
	readonly type: 'execution-completed';
	readonly execution: string;
	readonly marker: string | null;
	readonly command_sha256: string;
	readonly exit_code: number | null;
	readonly signal: string | null;
	readonly duration_ms: number;
	/** All bytes of both streams, also those not kept here. */
	readonly bytes: number;
	readonly dropped_bytes: number;
	/** Over the raw bytes of both streams in the order they were read, 64 hex digits. */
	readonly output_sha256: string;
	/** What the executor signed of it; absent or `null` where it signs nothing. */
	readonly attestation?: Attestation | null;
}

/** Any record of our transcripts. */
export type TranscriptRecord = RunRecord | StartedRecord | OutputRecord | ElidedRecord | CompletedRecord;

/** Takes records in order. A record that was appended can be read from the file by any process. */
export interface TranscriptSink {
	/** @throws {AppError} `FILE_WRITE_FAILED`: the record is not in the file; later appends fail too. */
	append(record: TranscriptRecord): void;
}
