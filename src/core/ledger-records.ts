/**
 * The records of a ledger, `<folder of the prompt>/.ledger/<file name of the prompt>.jsonl`: one canonical JSON object (RFC 8785) a
 * line, UTF-8, `\n`. Documented for readers in `docs/ledger.md`; additive changes keep `v`.
 */

import type { Attestation } from './attestation.ts';
import type { Counts, Evidence, Outcome, Reason } from './outcomes.ts';
import type { Writer } from './ports.ts';

/** What ties a record to those before it. */
export interface LedgerLink {
	readonly v: 1;
	/** UTC, ISO 8601 with milliseconds; may step back where clocks differ, the links give the order. */
	readonly at: string;
	/** Hashes of all heads it follows, ascending; empty only in the first record. */
	readonly prev: readonly string[];
	/** SHA-256 over the canonical JSON of the record without this member, 64 hex digits. */
	readonly hash: string;
}

/** A step as a record names it. */
export interface LedgerStep {
	/** Position among the prompt's steps when it ran, from 1. */
	readonly number: number;
	readonly name: string;
	/** Of its content at that time, 64 hex digits; credit follows it. */
	readonly digest: string;
}

/** First record: whose ledger it is, and which counts stood in the file before. */
export interface AdoptBody {
	readonly kind: 'adopt';
	/** Random, so that no two ledgers begin alike: a UUIDv7. */
	readonly ledger: string;
	/** File name of the prompt, without folders: a ledger that was copied to another prompt is found out. */
	readonly prompt: string;
	/** Zeroes for a prompt that never ran. */
	readonly counts: Counts;
}

/** Before a command starts: a run that is not reported leaves a trace. */
export interface IntentBody {
	readonly kind: 'intent';
	readonly run: string;
	readonly execution: string;
	readonly marker: string;
	readonly step: LedgerStep;
	/** From 1. */
	readonly attempt: number;
	/** Over the UTF-8 of the command text that is sent. */
	readonly command_sha256: string;
	/** Who runs, so that a dead run can be told from one at work. */
	readonly writer: Writer;
}

/** After a command: everything that is needed to judge it without the transcript. */
export interface ResultBody {
	readonly kind: 'result';
	readonly run: string;
	readonly execution: string;
	readonly marker: string;
	readonly step: LedgerStep;
	readonly attempt: number;
	readonly command_sha256: string;
	/** Of this attempt; a later attempt of the same run and step decides over it. */
	readonly outcome: Outcome;
	readonly reason: Reason | null;
	readonly evidence: Evidence;
	readonly evidence_needed: Evidence;
	/** How the prompt counted when it ran: each step, or the run as a whole. */
	readonly count: 'step' | 'run';
	readonly exit_code: number | null;
	readonly signal: string | null;
	readonly duration_ms: number;
	/** Of the raw output; `null` when nothing came to an end. */
	readonly output_sha256: string | null;
	readonly bytes: number;
	/** Over the names and values of what can change a verdict: platform, shell, the step's own variables; no secrets can be read out of it. */
	readonly environment_sha256: string;
	/** Last lines of the output, secrets masked, at most 400 characters; empty for a pass. */
	readonly excerpt: string;
	readonly executor: 'embedded' | 'remote';
	/** The executor's signed word; `null` where it gave none. */
	readonly attestation: Attestation | null;
}

/** An intent whose run ended without a result. */
export interface LostBody {
	readonly kind: 'lost';
	readonly run: string;
	readonly execution: string;
	/** One phrase: how it is known. */
	readonly detail: string;
}

/** The end of a run on this prompt: its results are complete and the counts stand in the file. */
export interface SettledBody {
	readonly kind: 'settled';
	readonly run: string;
	/** What the run added. */
	readonly added: Counts;
	/** What the file holds since. */
	readonly counts: Counts;
	/** False when the run was interrupted or stopped before its last selected step came to an end of its own. */
	readonly complete: boolean;
}

/** A run was found in the transcript of the agent that started it. */
export interface ConfirmedBody {
	readonly kind: 'confirmed';
	readonly run: string;
	/** Name of the adapter, such as `claude-code`. */
	readonly agent: string;
	readonly session: string;
	readonly tool_use: string;
	/** File name of the transcript, without folders, and the lines of call and result, from 1. */
	readonly transcript: string;
	readonly lines: readonly [number, number];
	readonly evidence: Evidence;
}

/** A person accepted what a step prints now as what it shall print. */
export interface AcceptBody {
	readonly kind: 'accept';
	readonly run: string;
	readonly step: LedgerStep;
	/** Of the content after the acceptance. */
	readonly digest_after: string;
}

/** A fixer changed the implementation, or a recovery step was added. */
export interface ChangeBody {
	readonly kind: 'fix' | 'recovery';
	readonly run: string | null;
	readonly summary: string;
}

/** The prompt got another name: a person said so, otherwise the ledger would be taken for a copied one. */
export interface RenameBody {
	readonly kind: 'rename';
	/** File names, without folders. */
	readonly from: string;
	readonly to: string;
}

/** What a record says, without its links. */
export type LedgerBody =
	| AdoptBody
	| IntentBody
	| ResultBody
	| LostBody
	| SettledBody
	| ConfirmedBody
	| AcceptBody
	| ChangeBody
	| RenameBody;

/** Any record of a ledger. */
export type LedgerRecord = LedgerBody & LedgerLink;
