import { existsSync } from 'node:fs';
import type { Marker } from '../core/ids.ts';
import type { FoundFile, FoundLine, Search } from '../core/ports.ts';
import type { HitKind, RecordHit } from './hit-kind.ts';
import { hitLines } from './hit-lines.ts';
import { createHitReader, type HitReader } from './hit-reader.ts';

const EXCERPT_CHARS = 160;
const HITS_PER_FILE = 1000;

/** A place where a marker stands. */
export interface MarkerHit {
	readonly marker: Marker;
	readonly file: string;
	/** From 1. */
	readonly line: number;
	readonly kind: HitKind;
	/** What holds it, for people: `execution-completed`, `result of Bash`. */
	readonly where: string;
	/** The marker with what stands around it, one line, at most 160 characters. */
	readonly excerpt: string;
}

/** Where markers stand. */
export interface MarkerSearch {
	/** By file, then by line. */
	readonly hits: readonly MarkerHit[];
	/** Folders that do not exist. */
	readonly missing: readonly string[];
	/** What could not be read or shown, a sentence each. */
	readonly problems: readonly string[];
}

/**
 * Finds every place in some folders where markers stand, and in which kind of text. The folders are searched once, however many
 * markers there are, and only the lines that hold one are parsed. A record that a resumed session repeats is told once.
 *
 * @throws {AppError} `SEARCH_FAILED`: no engine could search.
 */
export async function findMarkers(
	markers: readonly Marker[],
	folders: readonly string[],
	host: { readonly search: Search },
): Promise<MarkerSearch> {
	const missing = folders.filter((folder) => !existsSync(folder));
	const present = folders.filter((folder) => existsSync(folder));
	const collector = new Collector(markers);
	const [first] = markers;
	if (markers.length === 1 && first !== undefined) {
		const { files, problems } = await host.search.filesWith(first, present);
		for (const file of files) await collector.addFile(file, Buffer.from(first));
		return { hits: collector.sorted(), missing, problems: [...problems, ...collector.problems] };
	}
	const problems = await host.search.linesWith(markers, present, (line) => collector.addLine(line));
	return { hits: collector.sorted(), missing, problems: [...problems, ...collector.problems] };
}

class Collector {
	readonly problems: string[] = [];
	readonly #markers: readonly Marker[];
	readonly #hits: (MarkerHit & { readonly record: string | null })[] = [];
	readonly #files = new Map<string, { readonly read: HitReader; hits: number }>();

	constructor(markers: readonly Marker[]) {
		this.#markers = markers;
	}

	async addFile(file: FoundFile, needle: Buffer): Promise<void> {
		try {
			for await (const hit of hitLines(file.pathBytes, needle)) {
				await this.addLine({ file, ...hit });
				if ((this.#files.get(file.path)?.hits ?? 0) > HITS_PER_FILE) break;
			}
		} catch (error) {
			this.problems.push(`${file.path}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}

	async addLine(found: FoundLine): Promise<void> {
		const { file, line } = found;
		const bytes = Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.byteLength);
		const state = this.#files.get(file.path) ?? { read: createHitReader(file), hits: 0 };
		this.#files.set(file.path, state);
		if (state.hits > HITS_PER_FILE) return;
		const markers =
			this.#markers.length === 1 ? this.#markers : this.#markers.filter((marker) => bytes.includes(marker));
		const { parts, rest, record } = file.path.endsWith('.jsonl')
			? await state.read({ ...found, bytes })
			: { parts: [], rest: { kind: 'text', where: 'text', text: bytes.toString() } as const, record: null };
		for (const marker of markers) {
			const holders: readonly RecordHit[] = parts.filter(({ text }) => text.includes(marker));
			for (const { kind, where, text } of holders.length > 0 ? holders : [rest]) {
				state.hits += 1;
				if (state.hits === HITS_PER_FILE + 1)
					this.problems.push(`${file.path}: only its first ${HITS_PER_FILE} hits are shown`);
				if (state.hits > HITS_PER_FILE) return;
				const excerpt = excerptOf(text, marker);
				this.#hits.push({ marker, file: file.path, line, kind, where, excerpt, record: record?.id ?? null });
			}
		}
	}

	/** By file and line; engines find in any order. */
	sorted(): readonly MarkerHit[] {
		const sorted = this.#hits.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
		const first = new Map<string, string>();
		return sorted.flatMap(({ record, ...hit }) => {
			// A session that was resumed or forked begins with a copy of the one before.
			if (record !== null && !first.has(record)) first.set(record, hit.file);
			return record === null || first.get(record) === hit.file ? [hit] : [];
		});
	}
}

function excerptOf(text: string, marker: string): string {
	const at = Math.max(0, text.indexOf(marker));
	const lead = Math.floor((EXCERPT_CHARS - marker.length) / 2);
	const start = Math.max(0, Math.min(at - lead, text.length - EXCERPT_CHARS));
	// Control characters of a log must not reach a terminal.
	return text.slice(start, start + EXCERPT_CHARS).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
