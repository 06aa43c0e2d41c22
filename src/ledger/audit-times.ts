import { formatDuration } from '../core/durations.ts';
import { type AuditFinding, note } from './audit-finding.ts';
import type { PlacedRecord } from './ledger.ts';

/** Clocks of one machine are read in milliseconds; those of two differ by more without anything being wrong. */
const TOLERANCE_MS = 5000;

/**
 * Looks for clocks that stepped back: a record that is older than what it follows, or a signed execution that does not lie between its
 * intent and its result. The links give the order, so this is only worth a word.
 *
 * @returns At most one note, at the first of them.
 */
export function auditTimes(records: readonly PlacedRecord[]): readonly AuditFinding[] {
	const times = new Map<string, number>();
	const intents = new Map<string, number>();
	const steps: { readonly place: PlacedRecord['place']; readonly backMs: number }[] = [];
	for (const { record, place } of records) {
		const at = Date.parse(record.at);
		const parents = record.prev.map((hash) => times.get(hash) ?? at);
		const signed = record.kind === 'result' ? record.attestation?.statement : undefined;
		const began = record.kind === 'result' ? intents.get(record.execution) : undefined;
		const backMs = Math.max(
			...parents.map((parent) => parent - at),
			...(signed && began !== undefined ? [began - signed.started_at, signed.ended_at - at] : []),
		);
		if (backMs > TOLERANCE_MS) steps.push({ place, backMs });
		times.set(record.hash, at);
		if (record.kind === 'intent') intents.set(record.execution, at);
	}
	const [first] = steps;
	if (first === undefined) return [];
	const often = steps.length === 1 ? '' : ` and in ${steps.length - 1} more`;
	return [
		note(
			'clock-step',
			first.place,
			`The clocks disagree by ${formatDuration(first.backMs)} in this record${often}; the links give the order all the same`,
			'Check the clocks of the machines that verify this prompt',
		),
	];
}
