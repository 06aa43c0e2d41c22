import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Marker } from '../core/ids.ts';
import type { FoundFile, Search } from '../core/ports.ts';
import { calledToolOf, classifyClaudeRecord, isClaudeRecord, resultIdsOf } from './claude-record.ts';
import type { HitKind, RecordHit } from './hit-kind.ts';
import { type HitLine, hitLines } from './hit-lines.ts';
import { parseJson } from './json.ts';
import { parseRecord } from './parse-record.ts';

const EXCERPT_CHARS = 160;
const HITS_PER_FILE = 1000;

/** A place where a marker stands. */
export interface MarkerHit {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	readonly kind: HitKind;
	/** What holds it, for people: `execution-completed`, `result of Bash`. */
	readonly where: string;
	/** The marker with what stands around it, one line, at most 160 characters. */
	readonly excerpt: string;
}

/** Where a marker stands. */
export interface MarkerSearch {
	/** By file, then by line. */
	readonly hits: readonly MarkerHit[];
	/** Folders that do not exist. */
	readonly missing: readonly string[];
	/** What could not be read or shown, a sentence each. */
	readonly problems: readonly string[];
}

/**
 * Finds every place in some folders where a marker stands, and in which kind of text. Only the lines that hold it are parsed.
 *
 * @throws {AppError} `SEARCH_FAILED`: no engine could search.
 */
export async function findMarker(
	marker: Marker,
	folders: readonly string[],
	host: { readonly search: Search },
): Promise<MarkerSearch> {
	const missing = folders.filter((folder) => !existsSync(folder));
	const present = folders.filter((folder) => existsSync(folder));
	const found = await host.search.filesWith(marker, present);
	const hits: MarkerHit[] = [];
	const problems = [...found.problems];
	for (const file of found.files) {
		try {
			const inFile = await hitsIn(file, marker);
			hits.push(...inFile.slice(0, HITS_PER_FILE));
			if (inFile.length > HITS_PER_FILE) problems.push(`${file.path}: only its first ${HITS_PER_FILE} hits are shown`);
		} catch (error) {
			problems.push(`${file.path}: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	return { hits, missing, problems };
}

async function hitsIn(file: FoundFile, marker: string): Promise<MarkerHit[]> {
	const isTranscript = file.path.endsWith('.jsonl');
	const hits: MarkerHit[] = [];
	const tools = new Map<string, string | null>();
	for await (const hit of hitLines(file.pathBytes, Buffer.from(marker))) {
		const parts = isTranscript ? await classifyLine(hit, file, marker, tools) : [plainHit('text', 'text', hit)];
		for (const { kind, where, text } of parts) {
			hits.push({ file: file.path, line: hit.line, kind, where, excerpt: excerptOf(text, marker) });
		}
		if (hits.length > HITS_PER_FILE) break;
	}
	return hits;
}

async function classifyLine(
	hit: HitLine,
	file: FoundFile,
	marker: string,
	tools: Map<string, string | null>,
): Promise<readonly RecordHit[]> {
	if (hit.isCut) return [plainHit('meta', 'a line too long to parse', hit)];
	const value = parseJson(hit.bytes);
	const ours = parseRecord(value);
	if (ours !== null) {
		const kind = ours.type === 'output' ? 'tool-output' : ours.type.startsWith('execution-') ? 'bracket' : 'meta';
		return [plainHit(kind, ours.type, hit)];
	}
	if (!isClaudeRecord(value)) return [plainHit('meta', value === null ? 'a broken line' : 'an unknown record', hit)];
	for (const id of resultIdsOf(value)) {
		if (!tools.has(id)) tools.set(id, await findTool(file, id, hit.line));
	}
	const isAgentPrompt = hit.line === 1 && basename(file.path).startsWith('agent-');
	return classifyClaudeRecord(value, marker, { toolOf: (id) => tools.get(id) ?? null, isAgentPrompt });
}

/** The tool of the call that a result answers, which stands on an earlier line or nowhere. */
async function findTool(file: FoundFile, toolUseId: string, beforeLine: number): Promise<string | null> {
	if (toolUseId === '') return null;
	for await (const hit of hitLines(file.pathBytes, Buffer.from(toolUseId))) {
		if (hit.line >= beforeLine) return null;
		const tool = calledToolOf(parseJson(hit.bytes), toolUseId);
		if (tool !== null) return tool;
	}
	return null;
}

const plainHit = (kind: HitKind, where: string, hit: HitLine): RecordHit => ({
	kind,
	where,
	text: hit.bytes.toString(),
});

function excerptOf(text: string, marker: string): string {
	const at = Math.max(0, text.indexOf(marker));
	const lead = Math.floor((EXCERPT_CHARS - marker.length) / 2);
	const start = Math.max(0, Math.min(at - lead, text.length - EXCERPT_CHARS));
	// Control characters of a log must not reach a terminal.
	return text.slice(start, start + EXCERPT_CHARS).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
