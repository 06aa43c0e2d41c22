import { type Attestation, isAttested } from '../core/attestation.ts';
import type { ResultBody } from '../core/ledger-records.ts';
import { scoreOf } from '../core/outcomes.ts';
import type { Signatures } from '../core/ports.ts';
import { type AuditFinding, finding, RESTORE } from './audit-finding.ts';
import type { TrustedKey } from './audit-keys.ts';
import type { PlacedRecord } from './ledger.ts';

/** A key that signed results of a ledger. */
export interface UsedKey {
	readonly key: string;
	/** As `keys.json` has it; `null`: there is no such file, or not this key in it. */
	readonly name: string | null;
	readonly results: number;
}

/**
 * Checks every signature of a ledger, and that what was signed is what the record says.
 *
 * @param trusted - `null`: there is no list of keys, and any valid signature counts.
 * @returns `keys`: those of valid signatures, in the order of their first use.
 */
export function auditSignatures(
	records: readonly PlacedRecord[],
	trusted: readonly TrustedKey[] | null,
	signatures: Signatures,
): { readonly findings: readonly AuditFinding[]; readonly keys: readonly UsedKey[] } {
	const findings: AuditFinding[] = [];
	const uses = new Map<string, number>();
	for (const { record, place } of records) {
		if (record.kind !== 'result' || !leansOnIt(record)) continue;
		const { attestation } = record;
		const who = `Step ${record.step.number} (execution ${record.execution})`;
		if (attestation === null) {
			if (record.evidence === 'signed')
				findings.push(
					finding('evidence-unfounded', place, `${who} claims to be signed and carries no signature`, RESTORE),
				);
			continue;
		}
		const isValid = isAttested(attestation, attestation.public_key, signatures);
		if (!isValid) {
			findings.push(
				finding('bad-signature', place, `${who} carries a signature that does not fit what it signs`, RESTORE),
			);
			continue;
		}
		uses.set(attestation.public_key, (uses.get(attestation.public_key) ?? 0) + 1);
		const differing = compareStatement(attestation, record);
		if (differing.length > 0) {
			const message = `${who} carries the signature of something else: ${differing.join(', ')} ${differing.length === 1 ? 'differs' : 'differ'}`;
			findings.push(finding('attestation-mismatch', place, message, RESTORE));
		} else if (trusted !== null) findings.push(...auditKey(attestation, trusted, who, place));
	}
	const nameOf = (key: string): string | null => trusted?.find((entry) => entry.key === key)?.name ?? null;
	return { findings, keys: [...uses].map(([key, results]) => ({ key, name: nameOf(key), results })) };
}

/** An honest run may have met a wrong signature, said so, and counted nothing. */
function leansOnIt({ outcome, evidence }: ResultBody): boolean {
	const { success, failure } = scoreOf(outcome);
	return evidence === 'signed' || success + failure > 0;
}

/** @returns Names of the fields that the executor signed otherwise than the record has them. */
function compareStatement({ statement }: Attestation, result: ResultBody): readonly string[] {
	const pairs: readonly (readonly [string, unknown, unknown])[] = [
		['execution', statement.execution_id, result.execution],
		['marker', statement.marker, result.marker],
		['step', statement.subject, result.step.digest],
		['command', statement.command_sha256, result.command_sha256],
		['signal', statement.signal, result.signal],
		// Where a signal ended the command, the exit code is minus its number, which differs between systems.
		[
			'exit code',
			result.signal === null ? statement.exit_code : null,
			result.signal === null ? result.exit_code : null,
		],
		['output', statement.output_sha256, result.output_sha256],
		['number of bytes', statement.bytes, result.bytes],
		['dropped bytes', result.evidence === 'signed' ? statement.dropped_bytes : 0, 0],
	];
	return pairs.flatMap(([name, signed, said]) => (signed === said ? [] : [name]));
}

function auditKey(
	{ public_key, statement }: Attestation,
	trusted: readonly TrustedKey[],
	who: string,
	place: PlacedRecord['place'],
): readonly AuditFinding[] {
	// A key may be listed again with other dates.
	const entries = trusted.filter(({ key }) => key === public_key);
	const [entry] = entries;
	if (entry === undefined) {
		return [
			finding(
				'unknown-key',
				place,
				`${who} is signed with ${public_key}, which keys.json does not list`,
				'Add the key to .ledger/keys.json if it is of your team; else find out who ran this',
			),
		];
	}
	const isInTime = entries.some(
		({ notBeforeMs, notAfterMs }) => statement.started_at >= notBeforeMs && statement.ended_at <= notAfterMs,
	);
	if (isInTime) return [];
	return [
		finding(
			'stale-key',
			place,
			`${who} is signed with the key of ${entry.name} outside of the time that keys.json gives it`,
			'Correct the dates in .ledger/keys.json if they are wrong; else find out who still has the key',
		),
	];
}
