import type { Counts } from '../core/outcomes.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import { type AuditFinding, finding, note } from './audit-finding.ts';
import { adoptedCounts, type RunTally, sumCounts } from './audit-tally.ts';
import type { PlacedRecord } from './ledger.ts';

/** What the prompt itself says. */
export interface PromptClaims {
	/** Path as the user gave it; advice names it. */
	readonly file: string;
	/** `null`: it has no metrics, or no numbers in them. */
	readonly counts: Counts | null;
	/** A graduation mark stands in it. */
	readonly isGraduated: boolean;
}

/** What a ledger derives. */
export interface DerivedCounts {
	readonly adopted: Counts;
	/** Adopted, and what every run added. */
	readonly total: Counts;
	/** Without the runs that have not come to an end: the file holds this at least. */
	readonly settled: Counts;
	/** At least one run has come to its end. */
	readonly hasSettled: boolean;
}

/** Derives the counts of a prompt. */
export function deriveTotals(records: readonly PlacedRecord[], runs: readonly RunTally[]): DerivedCounts {
	const adopted = adoptedCounts(records);
	const add = (some: readonly RunTally[]): Counts => sumCounts([adopted, ...some.flatMap(({ scores }) => scores)]);
	const ended = runs.filter(({ isSettled }) => isSettled);
	return { adopted, total: add(runs), settled: add(ended), hasSettled: ended.length > 0 };
}

/**
 * Holds counts and mark of a prompt against what its ledger derives. While runs are under way, the file may hold anything between.
 *
 * @param isEarned - Whether counts may carry the mark: the rule of the gate.
 */
export function auditCounts(
	claims: PromptClaims,
	{ total, settled, hasSettled }: DerivedCounts,
	isEarned: (counts: Counts) => boolean,
): readonly AuditFinding[] {
	const { file, counts, isGraduated } = claims;
	if (counts === null) {
		const message = `It has no counts that can be read, its ledger derives ${show(total)}`;
		return [
			finding(
				'counts-unreadable',
				null,
				message,
				`Restore its metrics section from version control, then run verify audit ${quoteForShell(file)}`,
			),
		];
	}
	const findings: AuditFinding[] = [];
	const low = { success: Math.min(settled.success, total.success), failure: Math.min(settled.failure, total.failure) };
	const isBetween =
		low.success <= counts.success &&
		counts.success <= total.success &&
		low.failure <= counts.failure &&
		counts.failure <= total.failure;
	if (!isBetween) {
		const derived = show(low) === show(total) ? show(total) : `${show(low)} to ${show(total)}`;
		const message = `It says ${show(counts)}, its ledger derives ${derived}: the counts were edited, or written by something else than verify`;
		findings.push(
			finding(
				'counts-differ',
				null,
				message,
				`Find out who changed them, then write the derived ones with verify audit ${quoteForShell(file)} --rewrite-counts`,
			),
		);
	}
	// The mark was written with the counts that stand beside it.
	if (isGraduated && !isEarned(total) && !(isBetween && isEarned(counts))) {
		const message = `It carries the graduation mark, its ledger derives ${show(total)}, which does not earn it`;
		const advice = `Take the mark away with verify gate ${quoteForShell(file)} --write`;
		// Until the first run has come to its end, the mark is what was adopted with the counts.
		findings.push(
			hasSettled ? finding('mark-differs', null, message, advice) : note('mark-differs', null, message, advice),
		);
	}
	return findings;
}

const show = ({ success, failure }: Counts): string => `${success}:${failure}`;
