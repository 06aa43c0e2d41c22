import type { Counts } from '../core/outcomes.ts';
import type { Signatures } from '../core/ports.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import { auditCounts, type DerivedCounts, deriveTotals, type PromptClaims } from './audit-counts.ts';
import { type AuditFinding, note } from './audit-finding.ts';
import { auditHistory, type PastLedger } from './audit-history.ts';
import { parseTrustedKeys } from './audit-keys.ts';
import { auditResults } from './audit-results.ts';
import { auditRuns, type RunWatch } from './audit-runs.ts';
import { auditSignatures, type UsedKey } from './audit-signatures.ts';
import { type RunTally, tallyRuns } from './audit-tally.ts';
import { auditTimes } from './audit-times.ts';
import type { LedgerReading } from './ledger.ts';

/** Everything that one prompt is audited by. */
export interface AuditInput {
	readonly claims: PromptClaims;
	/** `null`: it has no ledger. */
	readonly reading: LedgerReading | null;
	/** As version control has the ledger; empty: it never had it, or there is none. */
	readonly past: readonly PastLedger[];
	/** Text of `keys.json` beside the ledger; `null`: there is no such file. */
	readonly keys: string | null;
}

/** What an audit needs of its host. */
export interface AuditHost extends RunWatch {
	readonly signatures: Signatures;
	/** Whether counts may carry the graduation mark. */
	readonly isEarned: (counts: Counts) => boolean;
}

/** What an audit says. */
export interface AuditReport {
	/** Nothing was found that is not as it was written. */
	readonly isIntact: boolean;
	/** What fails it, the first bad record first, then what concerns the prompt, then the notes. */
	readonly findings: readonly AuditFinding[];
	/** `null`: there is no ledger. */
	readonly derived: DerivedCounts | null;
	readonly runs: readonly RunTally[];
	readonly records: number;
	/** Whose signatures it holds. */
	readonly keys: readonly UsedKey[];
	/** True: `keys.json` says whose signatures count. */
	readonly isKeyListKnown: boolean;
}

/** Audits the record of a prompt: the chain, what was written against itself, signatures, history, counts and mark. Repairs nothing. */
export function auditLedger({ claims, reading, past, keys }: AuditInput, host: AuditHost): AuditReport {
	const records = reading?.records ?? [];
	const runs = tallyRuns(records);
	// A run that was killed before its first record was whole leaves a file and no ledger. One that was emptied later misses its heads.
	const isBegun = records.length > 0 || (reading?.findings.some(({ isNote }) => !isNote) ?? false);
	const derived = isBegun ? deriveTotals(records, runs) : null;
	const trusted = keys === null ? null : parseTrustedKeys(keys);
	const signed = auditSignatures(records, trusted?.keys ?? null, host.signatures);
	const findings = [
		...(reading?.findings ?? []),
		...auditResults(records),
		...signed.findings,
		...auditHistory(records, past),
		...(trusted?.findings ?? []),
		...(derived === null ? noLedger(claims) : auditCounts(claims, derived, host.isEarned)),
		...auditRuns(runs, host),
		...auditTimes(records),
	];
	return {
		isIntact: findings.every(({ isNote }) => isNote),
		findings: sortFindings(findings, records.at(-1)?.place.file),
		derived,
		runs,
		records: records.length,
		keys: signed.keys,
		isKeyListKnown: trusted !== null,
	};
}

function noLedger({ file, counts }: PromptClaims): readonly AuditFinding[] {
	const what = counts === null ? 'It has no counts' : `Its counts ${counts.success}:${counts.failure} are its own word`;
	const message = `${what}: there is no ledger to derive them from`;
	return [
		note(
			'no-ledger',
			null,
			message,
			`Run verify ${quoteForShell(file)}: its first run adopts the counts and begins the ledger`,
		),
	];
}

/** Failures before notes; within them by file and line, what has no place last. Segments stand before the file that goes on. */
export function sortFindings(
	findings: readonly AuditFinding[],
	ledgerFile: string | undefined,
): readonly AuditFinding[] {
	const rank = ({ isNote, place }: AuditFinding): readonly number[] => [
		isNote ? 1 : 0,
		place === null ? 2 : place.file === ledgerFile ? 1 : 0,
		place?.line ?? 0,
	];
	return [...findings].sort((a, b) => {
		const [one, other] = [rank(a), rank(b)];
		const index = one.findIndex((value, at) => value !== other[at]);
		return index === -1 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
	});
}
