import { hitLines } from '../hit-lines.ts';
import { parseJson } from '../json.ts';
import type { AgentFormat } from './agent-format.ts';

/**
 * Looks whether a call has two results that say something else: a client writes one, so the other was put in.
 *
 * @param path - Of the transcript in which the call stands.
 * @returns Line of the first that differs from the one before it, from 1; `null` when all say the same.
 */
export async function findOtherAnswer(path: string, callId: string, format: AgentFormat): Promise<number | null> {
	let first: string | null = null;
	for await (const { line, bytes } of hitLines(Buffer.from(path), Buffer.from(callId))) {
		const record = format.read(parseJson(bytes), { path, line });
		if (record === null || record.isCopy) continue;
		for (const part of record.parts) {
			if (part.type !== 'result' || part.callId !== callId) continue;
			first ??= part.content;
			if (part.content !== first) return line;
		}
	}
	return null;
}
