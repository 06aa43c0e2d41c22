import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError, isAppError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { Clock } from '../core/ports.ts';
import type { TranscriptRecord, TranscriptSink } from '../core/transcript-records.ts';
import { WRITE_FAILURES } from '../core/write-failures.ts';

/** What a transcript says of itself. */
export interface TranscriptOptions {
	readonly run: RunId;
	/** `executor`: this process runs the commands. `client`: it only hears of them. */
	readonly writer: 'executor' | 'client';
	/** Name and version of the program. */
	readonly tool: string;
	readonly clock: Clock;
	/** Makes a folder and those that lead to it, where they are missing. */
	readonly makeFolders: (path: string) => void;
}

/** A transcript that is open for appending. */
export interface OpenTranscript {
	/** `<folder>/<YYYY-MM-DD>/<run id>.jsonl`, the day in UTC. */
	readonly path: string;
	readonly sink: TranscriptSink;
	/** Where our first record begins, bytes; 0 unless the file was there before. */
	readonly startOffset: number;
	/** May be called twice; appends after it fail. */
	close(): void;
}

/**
 * Opens the transcript of a run for appending, making its folders, and writes the `run` record. Each record is one write, in the
 * file before `append` returns.
 *
 * @param folder - Where transcripts live.
 * @returns The transcript; the caller closes it.
 * @throws {AppError} `FILE_WRITE_FAILED`: the folder, the file or the first record could not be written.
 * @see docs/transcripts.md
 */
export function openTranscript(folder: string, options: TranscriptOptions): OpenTranscript {
	const at = new Date(options.clock.nowMs()).toISOString();
	const path = join(folder, at.slice(0, 10), `${options.run}.jsonl`);
	const { fd, startOffset } = guard(path, () => {
		options.makeFolders(dirname(path));
		const opened = openSync(path, 'a');
		return { fd: opened, startOffset: fstatSync(opened).size };
	});
	let failure: AppError | null = null;
	let isClosed = false;
	const sink: TranscriptSink = {
		append(record) {
			if (isClosed) throw new AppError('FILE_WRITE_FAILED', `Cannot write ${path}: it is closed`, { data: { path } });
			if (failure !== null) throw failure;
			try {
				guard(path, () => appendRecord(fd, record));
			} catch (error) {
				if (isAppError(error)) failure = error;
				throw error;
			}
		},
	};
	const close = (): void => {
		if (!isClosed) closeSync(fd);
		isClosed = true;
	};
	try {
		const { run, writer, tool } = options;
		sink.append({ v: 1, type: 'run', at, run, writer, tool });
	} catch (error) {
		close();
		throw error;
	}
	return { path, sink, startOffset, close };
}

function appendRecord(fd: number, record: TranscriptRecord): void {
	const line = Buffer.from(`${JSON.stringify(record)}\n`);
	let written = 0;
	try {
		while (written < line.length) written += writeSync(fd, line, written);
	} catch (error) {
		// A disk that fills up takes a part; what is left of the record must not look like one.
		if (written > 0) ftruncateSync(fd, fstatSync(fd).size - written);
		throw error;
	}
}

function guard<T>(path: string, work: () => T): T {
	try {
		return work();
	} catch (cause) {
		const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
		const isFull = code === 'ENOSPC' || code === 'EDQUOT';
		// The path last: reports cut long lines, and why says more than where.
		const message = `Cannot write the transcript: ${WRITE_FAILURES[code] ?? `the system says ${code}`} (${path})`;
		throw new AppError('FILE_WRITE_FAILED', message, {
			cause,
			data: { path, system: code },
			advice: isFull ? 'Free some space and run again' : 'Make its folder writable, or name another with --transcripts',
		});
	}
}
