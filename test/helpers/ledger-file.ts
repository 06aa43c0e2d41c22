import type { LedgerRecord } from '../../src/core/ledger-records.ts';
import type { Sandbox } from './verify-cli.ts';

/** Path of a prompt's ledger inside its sandbox. */
export const ledgerOf = (file: string): string => file.replace(/([^/]+)$/, '.ledger/$1.jsonl');

/** Reads the records of a prompt's ledger, in the order of the file. */
export const readLedger = (sandbox: Pick<Sandbox, 'read'>, file: string): readonly LedgerRecord[] =>
	sandbox
		.read(ledgerOf(file))
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as LedgerRecord);

/** The records of one kind. */
export const ofKind = <K extends LedgerRecord['kind']>(
	records: readonly LedgerRecord[],
	kind: K,
): readonly Extract<LedgerRecord, { kind: K }>[] =>
	records.filter((record): record is Extract<LedgerRecord, { kind: K }> => record.kind === kind);
