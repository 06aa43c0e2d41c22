import type { LedgerBody, LedgerRecord } from '../core/ledger-records.ts';
import type { Counts } from '../core/outcomes.ts';
import type { Clock, Hashes, Journals, Random, Writers } from '../core/ports.ts';

/** What a ledger needs of its host. */
export interface LedgerHost {
	readonly clock: Clock;
	readonly random: Random;
	readonly hashes: Hashes;
	readonly journals: Journals;
	readonly writers: Writers;
}

/** Where something stands. */
export interface LedgerPlace {
	/** File name, without folders: the ledger, one of its segments, or its heads. */
	readonly file: string;
	/** From 1. */
	readonly line: number;
	/** Of the line's first byte in its file. */
	readonly offset: number;
}

/** A record and where it stands. */
export interface PlacedRecord {
	readonly record: LedgerRecord;
	readonly place: LedgerPlace;
}

/**
 * What can be wrong with the chain itself.
 *
 * - `broken-line`: no JSON object in canonical form, or not a record
 * - `changed-record`: its content has another hash than it says
 * - `missing-parent`: names a record that does not stand before it: one was deleted, or the order changed
 * - `duplicate-record`: stood before already
 * - `missing-adopt`: the first record does not begin a ledger
 * - `second-adopt`: begins another ledger inside of this one
 * - `foreign-ledger`: belongs to a prompt of another name
 * - `missing-head`: the heads name a record that is not there, or can't be read: records at the end were removed
 * - `torn-tail` (note): the last line was cut by a crash; the next run removes it
 */
export type ChainCode =
	| 'broken-line'
	| 'changed-record'
	| 'missing-parent'
	| 'duplicate-record'
	| 'missing-adopt'
	| 'second-adopt'
	| 'foreign-ledger'
	| 'missing-head'
	| 'torn-tail';

/** Something that is not as it was written. */
export interface ChainFinding {
	readonly code: ChainCode;
	/** A note is worth a word, not a failure. */
	readonly isNote: boolean;
	readonly place: LedgerPlace;
	/** One sentence for people, without the place. */
	readonly message: string;
	/** What to do next, one imperative sentence. */
	readonly advice: string;
}

/** The files of a ledger as they were read. */
export interface LedgerFiles {
	/** Closed segments, oldest first, then the ledger itself; empty when there is none. */
	readonly sources: readonly LedgerSource[];
	/** `null`: there is no such file. */
	readonly heads: LedgerSource | null;
}

/** One file of a ledger. */
export interface LedgerSource {
	/** File name, without folders. */
	readonly file: string;
	readonly bytes: Uint8Array;
}

/** What a ledger says. */
export interface LedgerReading {
	/** All that are whole and unchanged, in the order of the files. */
	readonly records: readonly PlacedRecord[];
	/** In the order of the files, those of the heads last; empty for a ledger that is as it was written. */
	readonly findings: readonly ChainFinding[];
	/** Hashes of the records that no other names, ascending. */
	readonly heads: readonly string[];
	/** Where the last file's whole lines end, in bytes: a torn tail stands behind. */
	readonly wholeBytes: number;
	/** The first record of a version or kind that this program does not know; nothing may be written then. */
	readonly newer: LedgerPlace | null;
	/** Whose ledger it is; `null` without an `adopt`. */
	readonly owner: { readonly ledger: string; readonly prompt: string } | null;
}

/** What {@link PromptLedger.begin} found and did. */
export interface LedgerBeginning {
	/** True: the ledger was made now. */
	readonly isNew: boolean;
	/** Intents of dead runs that were marked `lost` now. */
	readonly lost: number;
	/** Records by now. */
	readonly records: number;
}

/** What a run may write into its prompt; derived from the whole ledger, the run itself among it. */
export interface SettleState {
	/** What this run adds. */
	readonly added: Counts;
	/** What the ledger derives with this run: adopted and counted. */
	readonly total: Counts;
	/** All records, with the end of this run as if it stood there already. */
	readonly records: readonly PlacedRecord[];
	/**
	 * Decides what the prompt shall hold.
	 *
	 * @param current - What it holds now.
	 * @returns The derived total when the ledger explains `current`; else `current` and `added`, so that a count that was edited by hand
	 * stays for an audit to name.
	 */
	resolve(current: Counts): { readonly counts: Counts; readonly isExplained: boolean };
}

/** How a run ended on a prompt. */
export interface RunEnd {
	readonly run: string;
	/** Each selected step came to an end of its own, or was skipped because it does not belong here; see `SettledBody.complete`. */
	readonly complete: boolean;
}

/**
 * The ledger of one prompt, open for writing. Nothing is held between calls: other processes, clones and merges may add to the files
 * at any time. Calls may overlap; they are served in order.
 */
export interface PromptLedger {
	/** Of the ledger file. */
	readonly path: string;
	/** The prompt it is of: its real path when this was opened. */
	readonly promptFile: string;
	/**
	 * Makes the ledger where there is none, cuts a torn tail off, marks the intents of dead runs `lost`. Comes before everything else.
	 *
	 * @param counts - Adopted when the ledger is made now.
	 * @throws {AppError} `LEDGER_NEWER`, `LEDGER_BROKEN`, `FILE_UNREADABLE`, `FILE_READ_ONLY`, `FILE_WRITE_FAILED`: nothing was written.
	 */
	begin(counts: Counts): Promise<LedgerBeginning>;
	/**
	 * Adds a record at the end, after all heads. It is there for every process, and survives the end of this one; `settle` makes it
	 * survive a loss of power.
	 *
	 * @throws {AppError} As {@link begin}; the ledger is as it was.
	 */
	append(body: LedgerBody): Promise<LedgerRecord>;
	/**
	 * Brings a run to its end: makes all records durable, lets `write` put the counts into the prompt, and says so in the ledger, all under
	 * the ledger's lock.
	 *
	 * @param write - Writes the prompt and returns what it holds since; `null`: it could not, so the run stays open, and the next one
	 * that settles writes its counts. What it throws is passed on, with the same effect.
	 * @returns The `settled` record, or `null`.
	 */
	settle(
		end: RunEnd,
		write: (state: SettleState) => Promise<{ readonly counts: Counts } | null>,
	): Promise<LedgerRecord | null>;
}
