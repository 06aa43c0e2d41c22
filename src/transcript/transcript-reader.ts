import { closeSync, openSync, readSync } from 'node:fs';
import type { CompletedRecord, StartedRecord } from '../core/transcript-records.ts';
import { parseJson } from './json.ts';
import { parseRecord } from './parse-record.ts';

const BLOCK_BYTES = 1 << 16;
const NEWLINE = 0x0a;
/** A lookahead, so that a marker inside what looks like a longer one is found too. */
const MARKER = /(?=(MARKER_[A-Za-z0-9_]{1,64}_[0-9]{1,12}_[0-9A-HJKMNP-TV-Z]{26}))/g;
const MARKER_CHARS = 110;

/** What the transcript holds of one execution, its output left out. */
export interface Bracket {
	/** One, unless something is wrong. */
	readonly started: readonly StartedRecord[];
	/** One once it ended, unless something is wrong. */
	readonly completed: readonly CompletedRecord[];
	/** The marker that was asked for stands in output, of this or any other execution. */
	readonly isMarkerPrinted: boolean;
}

/** Reads a transcript while it grows. */
export interface TranscriptReader {
	/**
	 * Reads what was appended since the last call. A line without its newline waits for the rest.
	 *
	 * @throws What the file system said.
	 */
	readAppended(): void;
	/** What was read so far of one execution; its marker is looked for in all output. */
	bracketOf(executionId: string, marker: string): Bracket;
	/** Lets go of what was read of one execution: nobody asks for it any more. */
	forget(executionId: string): void;
	/** Lines that are no record, so far. */
	readonly brokenLines: number;
	/** Bytes read so far. */
	readonly bytesRead: number;
}

/**
 * Makes a reader of a transcript. It keeps the brackets and the markers that were printed, not the output.
 *
 * @param startOffset - Where reading begins, bytes; the start of a line.
 */
export function createTranscriptReader(path: string, startOffset = 0): TranscriptReader {
	const index = new BracketIndex();
	let offset = startOffset;
	let torn: Buffer[] = [];
	const block = Buffer.allocUnsafe(BLOCK_BYTES);
	return {
		readAppended() {
			const fd = openSync(path, 'r');
			try {
				for (let size = BLOCK_BYTES; size === BLOCK_BYTES; ) {
					size = readSync(fd, block, 0, BLOCK_BYTES, offset);
					offset += size;
					torn = addLines(index, torn, block.subarray(0, size));
				}
			} finally {
				closeSync(fd);
			}
		},
		bracketOf: (executionId, marker) => index.bracketOf(executionId, marker),
		forget: (executionId) => index.forget(executionId),
		get brokenLines() {
			return index.brokenLines;
		},
		get bytesRead() {
			return offset - startOffset;
		},
	};
}

/** @returns The pieces of the line that has no end yet. */
function addLines(index: BracketIndex, torn: Buffer[], block: Buffer): Buffer[] {
	let start = 0;
	for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, start)) {
		const line = block.subarray(start, end);
		index.addLine(torn.length === 0 ? line : Buffer.concat([...torn, line]));
		torn = [];
		start = end + 1;
	}
	// A copy, since the block is read into again.
	return start === block.length ? torn : [...torn, Buffer.from(block.subarray(start))];
}

class BracketIndex {
	brokenLines = 0;
	readonly #started = new Map<string, StartedRecord[]>();
	readonly #completed = new Map<string, CompletedRecord[]>();
	readonly #printed = new Set<string>();
	/** End of the last output of each running execution's streams: a marker may be cut by the border of two records. */
	readonly #tails = new Map<string, string>();

	addLine(line: Buffer): void {
		const record = parseRecord(parseJson(line));
		if (record === null) this.brokenLines += 1;
		else if (record.type === 'execution-started') push(this.#started, record);
		else if (record.type === 'output') this.#addOutput(`${record.execution} ${record.stream}`, record.data);
		else if (record.type === 'execution-completed') {
			push(this.#completed, record);
			for (const stream of ['stdout', 'stderr']) this.#tails.delete(`${record.execution} ${stream}`);
		}
	}

	bracketOf(executionId: string, marker: string): Bracket {
		return {
			started: this.#started.get(executionId) ?? [],
			completed: this.#completed.get(executionId) ?? [],
			isMarkerPrinted: this.#printed.has(marker),
		};
	}

	forget(executionId: string): void {
		this.#started.delete(executionId);
		this.#completed.delete(executionId);
	}

	#addOutput(key: string, data: string): void {
		const text = (this.#tails.get(key) ?? '') + data;
		if (text.includes('MARKER_')) for (const [, marker] of text.matchAll(MARKER)) this.#printed.add(marker ?? '');
		this.#tails.set(key, text.slice(-MARKER_CHARS));
	}
}

function push<T extends { readonly execution: string }>(map: Map<string, T[]>, record: T): void {
	const list = map.get(record.execution);
	if (list === undefined) map.set(record.execution, [record]);
	else list.push(record);
}
