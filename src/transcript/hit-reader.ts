import type { FoundFile } from '../core/ports.ts';
import type { AgentCall, AgentFormat, AgentRecord, AgentResult, ShellResult } from './agents/agent-format.ts';
import { readAgentRecord } from './agents/formats.ts';
import type { HitKind, RecordHit } from './hit-kind.ts';
import type { HitLine } from './hit-lines.ts';
import { parseJson, textsIn } from './json.ts';
import { linesBefore } from './lines-before.ts';
import { parseRecord } from './parse-record.ts';

/** A call and where it stands. */
export interface CallSite {
	readonly call: AgentCall;
	readonly record: AgentRecord;
	/** From 1. */
	readonly line: number;
}

/** One part of a line of an agent's transcript. */
export interface AgentHit extends RecordHit {
	readonly format: AgentFormat;
	readonly record: AgentRecord;
	/** The call itself, or the call whose result this is; `null` for text, and where there is no such call. */
	readonly site: CallSite | null;
	/** What is known of a result of the agent's shell. */
	readonly shell: ShellResult | null;
	readonly isResult: boolean;
}

/** What a line of a transcript is made of. */
export interface ReadHit {
	readonly parts: readonly (RecordHit | AgentHit)[];
	/** Every text of the line, for what stands in none of the parts. */
	readonly rest: RecordHit;
	readonly record: AgentRecord | null;
}

/** Tells parts of agents' transcripts from those of ours. */
export const isAgentHit = (hit: RecordHit | AgentHit): hit is AgentHit => 'format' in hit;

/** Reads lines of one transcript. */
export type HitReader = (hit: HitLine) => Promise<ReadHit>;

/** Makes a reader of lines that were found in a transcript, ours or an agent's. It looks up the calls of results in the same file. */
export function createHitReader(file: FoundFile): HitReader {
	return async (hit) => {
		if (hit.isCut) return plain('meta', 'a line too long to parse', hit);
		const value = parseJson(hit.bytes);
		const ours = parseRecord(value);
		if (ours !== null) {
			const kind = ours.type === 'output' ? 'tool-output' : ours.type.startsWith('execution-') ? 'bracket' : 'meta';
			return plain(kind, ours.type, hit);
		}
		const read = readAgentRecord(value, { path: file.path, line: hit.line });
		if (read === null) return plain('meta', value === null ? 'a broken line' : 'an unknown record', hit);
		const { format, record } = read;
		const parts = await Promise.all(record.parts.map((part) => readPart(part, { file, hit, format, record })));
		return { parts, rest: { kind: 'meta', where: record.name, text: textsIn(value).join('\n') }, record };
	};
}

function plain(kind: HitKind, where: string, hit: HitLine): ReadHit {
	return { parts: [], rest: { kind, where, text: hit.bytes.toString() }, record: null };
}

interface Place {
	readonly file: FoundFile;
	readonly hit: HitLine;
	readonly format: AgentFormat;
	readonly record: AgentRecord;
}

async function readPart(part: AgentRecord['parts'][number], place: Place): Promise<AgentHit> {
	const { format, record, hit } = place;
	const where = (text: string): string => (record.isCopy ? `copy of ${text}` : text);
	const common = { format, record, site: null, shell: null, isResult: false };
	if (part.type === 'text') return { ...common, kind: part.kind, where: where(part.where), text: part.text };
	if (part.type === 'call') {
		const site = { call: part, record, line: hit.line };
		return { ...common, kind: 'tool-input', where: where(part.where), text: part.text, site };
	}
	const site = await findCall(part, place);
	const { kind, where: what, text, shell } = format.readResult(part, site?.call ?? null);
	return { ...common, kind, where: where(what), text, shell, site, isResult: true };
}

/** The call that a result answers stands on an earlier line of the same file, or nowhere. */
async function findCall({ callId }: AgentResult, { file, hit, format, record }: Place): Promise<CallSite | null> {
	if (callId === '') return null;
	for await (const { line, bytes } of linesBefore(file.pathBytes, Buffer.from(callId), hit)) {
		const earlier = format.read(parseJson(bytes), { path: file.path, line });
		if (earlier === null || earlier.isCopy !== record.isCopy) continue;
		const call = earlier.parts.find((part) => part.type === 'call' && part.id === callId);
		if (call?.type === 'call') return { call, record: earlier, line };
	}
	return null;
}
