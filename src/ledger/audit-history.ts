import type { LedgerRecord } from '../core/ledger-records.ts';
import { type AuditFinding, finding } from './audit-finding.ts';
import type { LedgerReading, PlacedRecord } from './ledger.ts';

/** A ledger as version control has it. */
export interface PastLedger {
	/** As the user gave it, such as `HEAD`. */
	readonly revision: string;
	readonly reading: LedgerReading;
}

/**
 * Checks that every record which once stood in a ledger still does: whoever removes a failing run can make chain, heads and counts
 * agree again, but not with what was committed before.
 *
 * @param past - Empty where there is no version control.
 * @returns At most one finding for each revision: its first record that is gone, and how many are.
 */
export function auditHistory(records: readonly PlacedRecord[], past: readonly PastLedger[]): readonly AuditFinding[] {
	const present = new Set(records.map(({ record }) => record.hash));
	return past.flatMap(({ revision, reading }) => {
		const gone = reading.records.filter(({ record }) => !present.has(record.hash));
		const [first] = gone;
		if (first === undefined) return [];
		const { file, line } = first.place;
		const others = gone.length === 1 ? '' : `, and ${gone.length - 1} more with it`;
		const advice = `Bring the record back: git show ${revision}:./.ledger/${file}, and merge both; every line keeps its worth`;
		if (records.length === 0) {
			const message = `The ledger of ${gone.length} records that stood here at ${revision} is gone`;
			return [finding('removed-ledger', { file, line }, message, advice)];
		}
		const message = `${describeRecord(first.record)} stood in line ${line} at ${revision} and is gone${others}`;
		return [finding('removed-record', { file, line }, message, advice)];
	});
}

/** Names a record for people. */
export function describeRecord(record: LedgerRecord): string {
	const name = `${record.hash.slice(0, 12)} of ${record.at}`;
	if (record.kind === 'result') return `The result "${record.outcome}" of step ${record.step.number} (${name})`;
	if (record.kind === 'intent') return `The intent of step ${record.step.number} (${name})`;
	return `The record "${record.kind}" (${name})`;
}
