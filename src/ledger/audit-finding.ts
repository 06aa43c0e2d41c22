import type { ChainCode, LedgerPlace } from './ledger.ts';

/** What an audit can find; `docs/audit.md` has a row for each. */
export type AuditCode =
	| ChainCode
	| 'removed-record'
	| 'removed-ledger'
	| 'symlink'
	| 'no-ledger'
	| 'no-history'
	| 'result-without-intent'
	| 'result-repeated'
	| 'marker-reused'
	| 'evidence-too-low'
	| 'evidence-unfounded'
	| 'bad-signature'
	| 'attestation-mismatch'
	| 'unknown-key'
	| 'stale-key'
	| 'keys-unreadable'
	| 'counts-differ'
	| 'counts-unreadable'
	| 'mark-differs'
	| 'run-open'
	| 'lost-intent'
	| 'clock-step'
	| 'transcript-missing'
	| 'transcript-differs';

/** Something that an audit found. */
export interface AuditFinding {
	readonly code: AuditCode;
	/** A note is worth a word, not a failure. */
	readonly isNote: boolean;
	/** File name beside the ledger and line in it, from 1; `null`: it is about the prompt itself or about the ledger as a whole. */
	readonly place: Pick<LedgerPlace, 'file' | 'line'> | null;
	/** One sentence for people, without the place, no final period. */
	readonly message: string;
	/** What to do next, one imperative sentence. */
	readonly advice: string;
}

/** Makes a finding that fails the audit. */
export const finding = (
	code: AuditCode,
	place: AuditFinding['place'],
	message: string,
	advice: string,
): AuditFinding => ({ code, isNote: false, place, message, advice });

/** Makes a finding that only wants to be known. */
export const note = (code: AuditCode, place: AuditFinding['place'], message: string, advice: string): AuditFinding => ({
	code,
	isNote: true,
	place,
	message,
	advice,
});

/** Says what to do about a record that can't have been written by a run. */
export const RESTORE = 'Restore the ledger from version control; if it was committed so, find out who did and why';
