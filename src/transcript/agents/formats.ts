import type { AgentFormat, AgentRecord, LinePlace } from './agent-format.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';

/** Every agent whose transcripts can be read. */
export const AGENT_FORMATS: readonly AgentFormat[] = [claudeCode, codex];

/** A record and whose it is. */
export interface ReadRecord {
	readonly format: AgentFormat;
	readonly record: AgentRecord;
}

/** @returns The first agent's that knows the line, `null` when none does. */
export function readAgentRecord(value: unknown, place: LinePlace): ReadRecord | null {
	for (const format of AGENT_FORMATS) {
		const record = format.read(value, place);
		if (record !== null) return { format, record };
	}
	return null;
}
