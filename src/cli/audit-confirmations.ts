import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ConfirmedBody } from '../core/ledger-records.ts';
import { type AuditFinding, finding, note } from '../ledger/audit-finding.ts';
import type { PlacedRecord } from '../ledger/ledger.ts';
import { AGENT_FORMATS } from '../transcript/agents/formats.ts';

/**
 * Holds confirmations against the transcripts of the agents, where those still are: call and result must stand in the lines that the ledger names.
 *
 * @param env - Tells where agents keep their transcripts.
 * @returns One note for all confirmations whose transcripts are not here.
 */
export function auditConfirmations(
	records: readonly PlacedRecord[],
	env: Readonly<Record<string, string | undefined>>,
): readonly AuditFinding[] {
	const confirmed = records.flatMap(({ record, place }) => (record.kind === 'confirmed' ? [{ record, place }] : []));
	if (confirmed.length === 0) return [];
	const paths = findTranscripts(env);
	const missing = confirmed.filter(({ record }) => !paths.has(record.transcript));
	const findings = confirmed.flatMap(({ record, place }) => {
		const candidates = paths.get(record.transcript) ?? [];
		if (candidates.length === 0 || candidates.some((path) => holds(path, record))) return [];
		const [call, result] = record.lines;
		const message = `The call that confirms run ${record.run} does not stand in lines ${call} and ${result} of ${candidates[0]}`;
		return [finding('transcript-differs', place, message, 'Find out which of both was changed')];
	});
	if (missing.length === 0) return findings;
	const message = `${missing.length} of ${confirmed.length} confirmations are of agents' transcripts that are not here`;
	return [...findings, note('transcript-missing', null, message, 'Audit with --deep where the agent ran')];
}

/** By file name, which is all that a record tells: two folders may have files of one name. */
function findTranscripts(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, readonly string[]> {
	const paths = new Map<string, string[]>();
	const folders = AGENT_FORMATS.flatMap((format) => format.allFolders(env)).filter((folder) => existsSync(folder));
	for (const folder of new Set(folders)) {
		for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
			if (!name.endsWith('.jsonl')) continue;
			const path = join(folder, name);
			paths.set(basename(name), [...(paths.get(basename(name)) ?? []), path]);
		}
	}
	return paths;
}

function holds(path: string, { agent, tool_use, lines, run }: ConfirmedBody): boolean {
	const format = AGENT_FORMATS.find(({ name }) => name === agent);
	const texts = readFileSync(path, 'utf8').split('\n');
	const partsOf = (line: number) => {
		try {
			return format?.read(JSON.parse(texts[line - 1] ?? ''), { path, line })?.parts ?? [];
		} catch {
			return [];
		}
	};
	const [call, result] = lines;
	const isCalled = partsOf(call).some((part) => part.type === 'call' && part.id === tool_use);
	// What a background command printed stands in a file of its own; a proof that stands here is of this run.
	return (
		isCalled &&
		partsOf(result).some((part) => part.type === 'result' && part.callId === tool_use && isOf(part.content, run))
	);
}

const isOf = (content: string, run: string): boolean => {
	const proven = [...content.matchAll(/verify-proof\/1 run=(\S+)/g)].map((match) => match[1]);
	return proven.length === 0 || proven.includes(run);
};
