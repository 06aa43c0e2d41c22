import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatCanonicalJson, type JsonValue } from '../core/canonical-json.ts';
import type { ResultBody } from '../core/ledger-records.ts';
import { isProven } from '../core/outcomes.ts';
import { type AuditFinding, finding, note } from '../ledger/audit-finding.ts';
import type { PlacedRecord } from '../ledger/ledger.ts';
import { judgeBracket } from '../transcript/judge-bracket.ts';
import { createTranscriptReader, type TranscriptReader } from '../transcript/transcript-reader.ts';

/**
 * Holds results against our own transcripts, where those still are: the bracket of each execution must say what the ledger says.
 *
 * @param folder - As `--transcripts` names it.
 * @returns One note for all runs whose transcripts are not here.
 */
export function auditTranscripts(records: readonly PlacedRecord[], folder: string): readonly AuditFinding[] {
	const readers = new Map<string, TranscriptReader | null>();
	const findings: AuditFinding[] = [];
	for (const { record, place } of records) {
		if (record.kind !== 'result' || !isProven(record.evidence, 'bound')) continue;
		const reader = readers.has(record.run) ? readers.get(record.run) : openReader(record.run, folder);
		readers.set(record.run, reader ?? null);
		const problem = reader ? compare(record, reader) : null;
		if (problem === null) continue;
		findings.push(
			finding(
				'transcript-differs',
				place,
				`Step ${record.step.number} (execution ${record.execution}) is ${record.evidence} in the ledger, but not in the transcript of its run: ${problem}`,
				'Find out which of both was changed; a run writes them alike',
			),
		);
	}
	return [...findings, ...missing([...readers], folder)];
}

function openReader(run: string, folder: string): TranscriptReader | null {
	const path = pathsOf(run, folder).find((candidate) => existsSync(candidate));
	if (path === undefined) return null;
	const reader = createTranscriptReader(path);
	reader.readAppended();
	return reader;
}

/** @returns What a transcript has otherwise than the ledger; `null` when they agree. */
function compare(result: ResultBody, reader: TranscriptReader): string | null {
	const bracket = reader.bracketOf(result.execution, result.marker);
	const { checks, reason } = judgeBracket(bracket, {
		executionId: result.execution,
		marker: result.marker,
		commandSha256: result.command_sha256,
		outputSha256: result.output_sha256 ?? '',
		exitCode: result.exit_code,
		signal: result.signal,
		// When it ran is a question of clocks, which the records themselves are asked.
		notBeforeMs: 0,
	});
	const failed = checks.find(({ isOk }) => !isOk);
	if (reason !== null && failed) return `${failed.name}: ${failed.detail}`;
	const signed = bracket.completed[0]?.attestation ?? null;
	if (result.attestation === null || isSame(signed, result.attestation)) return null;
	return signed === null ? 'the end is not signed' : 'another end is signed';
}

const isSame = (one: unknown, other: unknown): boolean =>
	formatCanonicalJson(one as JsonValue) === formatCanonicalJson(other as JsonValue);

function missing(readers: readonly (readonly [string, TranscriptReader | null])[], folder: string): AuditFinding[] {
	const runs = readers.filter(([, reader]) => reader === null).map(([run]) => run);
	const [first] = runs;
	if (first === undefined) return [];
	const all = runs.length === 1 ? '1 run is' : `${runs.length} runs are`;
	return [
		note(
			'transcript-missing',
			null,
			`The transcript of ${all} not here (looked for ${first} in ${folder}), so what was printed can't be held against the ledger`,
			'Audit with --deep where the runs were made, or keep their transcripts',
		),
	];
}

/** The run's own id, a UUIDv7, begins with its milliseconds; a run that began at midnight may have its transcript a day later. */
function pathsOf(run: string, folder: string): readonly string[] {
	const ms = Number.parseInt(run.replaceAll('-', '').slice(0, 12), 16);
	if (Number.isNaN(ms) || !/^[\w-]+$/.test(run)) return [];
	return [ms, ms + DAY_MS].map((day) => join(folder, new Date(day).toISOString().slice(0, 10), `${run}.jsonl`));
}

const DAY_MS = 86_400_000;
