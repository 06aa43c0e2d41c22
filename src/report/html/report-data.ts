import type { Attempt, CountsResult, ReportedOutput, RunTotals } from '../../core/events.ts';
import type { Counts, Evidence, Outcome, Reason } from '../../core/outcomes.ts';
import type { CompletedRecord, StartedRecord } from '../../core/transcript-records.ts';
import type { RunRecord } from '../run-record.ts';

/** A step as the tables of the page show it. Foreign text in all of these is inert: see `makeInert`. */
export interface StepRow {
	/** From 1. */
	readonly number: number;
	readonly name: string;
	readonly line: number;
	readonly outcome: Outcome;
	readonly reason: Reason | null;
	readonly durationMs: number;
	/** Of the deciding attempt; `null` when nothing ran. */
	readonly evidence: Evidence | null;
	readonly attempts: number;
	/** What went wrong in one line; `null` for a pass. */
	readonly message: string | null;
	/** Fingerprint of the message, 8 hex digits; `null` for a pass. */
	readonly group: string | null;
}

/** A prompt of the run. */
export interface PromptRow {
	readonly file: string;
	readonly title: string | null;
	readonly outcome: Outcome;
	readonly durationMs: number;
	readonly counts: CountsResult;
	readonly warnings: readonly string[];
	readonly steps: readonly StepRow[];
	/** Number of the chunk that holds its details, from 0. */
	readonly chunk: number;
	/** SHA-256 of the file as the run left it; `null` in records of older versions. */
	readonly digest: string | null;
	/** Head of its ledger, 64 hex digits; `null` when it has none. */
	readonly ledgerHead: string | null;
	/** Runs before this one and this one, oldest first. */
	readonly history: readonly HistoryPoint[];
}

/** A run that histories refer to. */
export interface KnownRun {
	readonly run: string;
	/** UTC, ISO 8601. */
	readonly startedAt: string;
}

/** A prompt in one of its runs. */
export interface HistoryPoint {
	/** Position among the runs of the page, which are given once for all prompts. */
	readonly run: number;
	readonly outcome: Outcome;
	readonly durationMs: number;
	/** Steps that passed, and steps that scored. */
	readonly passed: number;
	readonly scored: number;
}

/** The head of a report: what the page shows before it unpacks anything. */
export interface RunData extends Pick<RunRecord, 'run' | 'tool' | 'startedAt' | 'finishedAt' | 'executor' | 'jobs'> {
	readonly kind: 'run';
	readonly schemaVersion: 1;
	readonly evidenceNeeded: Evidence;
	readonly transcript: string | null;
	readonly verdict: string | null;
	readonly exitCode: number | null;
	readonly totals: RunTotals;
	readonly warnings: readonly string[];
	/** 40 or 64 hex digits of the commit that was checked out; `null` outside of a repository. */
	readonly commit: string | null;
	readonly prompts: readonly PromptRow[];
	/** Runs of the histories, oldest first, this one last. */
	readonly runs: readonly KnownRun[];
	/** How often earlier runs failed in the ways that this one did, by fingerprint. */
	readonly seen: Readonly<Record<string, { readonly times: number; readonly since: string }>>;
	/** The run as markdown, ready to paste; at most 30,000 bytes. */
	readonly markdown: string;
	/** SHA-256 of `run.json` beside this file; empty when it is not known. */
	readonly recordSha256: string;
	/** SHA-256 of the text of each chunk, in order. */
	readonly chunkSha256: readonly string[];
}

/** The output of an attempt as far as the page carries it. */
export interface CarriedOutput extends Omit<ReportedOutput, 'head' | 'tail'> {
	/** One part, or the head and the tail. Raw: control characters are still in it. */
	readonly parts: readonly string[];
	/** True: `parts` is everything that was printed, so that its digest can be computed again. */
	readonly isWhole: boolean;
}

/** What the transcript says of one execution. */
export interface Trace {
	/** Lines in the transcript, from 1; 0: no such record. */
	readonly startedLine: number;
	readonly started: StartedRecord | null;
	readonly completedLine: number;
	readonly completed: CompletedRecord | null;
	/** When output came, milliseconds since the start, ascending; at most 200 moments. */
	readonly moments: readonly number[];
	/** The longest times without output, longest first, at most 3, each of 100 ms or more. */
	readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** An attempt with everything that is known of it. */
export interface AttemptDetail extends Omit<Attempt, 'output'> {
	readonly output: CarriedOutput;
	readonly trace: Trace | null;
}

/** What the page of a step shows beside its row. */
export interface StepDetail {
	readonly number: number;
	readonly command: string;
	readonly detail: string | null;
	readonly checkedBy: 'output' | 'exit-code';
	readonly evidenceNeeded: Evidence;
	readonly attempts: readonly AttemptDetail[];
}

/** What the page of a prompt shows beside its row. */
export interface PromptDetail {
	readonly file: string;
	/** The markdown after the run; `null` when it could not be read. */
	readonly source: string | null;
	readonly steps: readonly StepDetail[];
}

/** A prompt in the index of all runs. */
export interface IndexPrompt {
	readonly file: string;
	readonly title: string | null;
	/** Newest counts that are known. */
	readonly counts: Counts | null;
	readonly stage: 'development' | 'graduated' | 'trusted' | null;
	/** At most 30, oldest first. */
	readonly history: readonly HistoryPoint[];
	/** Share of runs whose outcome differs from the run before, 0 to 1; `null` with fewer than two that scored. */
	readonly flakiness: number | null;
	/** Of the newest run, at most 3, slowest first. */
	readonly slowest: readonly { readonly number: number; readonly name: string; readonly durationMs: number }[];
}

/** A failure in the index. */
export interface IndexFailure {
	readonly run: string;
	readonly startedAt: string;
	readonly file: string;
	readonly number: number;
	readonly name: string;
	readonly outcome: Outcome;
	readonly message: string;
	readonly group: string;
	/** Runs of the page in which the step failed in this way. */
	readonly times: number;
	/** When it did so first, as far as those runs tell. */
	readonly since: string;
}

/** The page over all runs. */
export interface IndexData {
	readonly kind: 'index';
	readonly schemaVersion: 1;
	readonly tool: string;
	/** Oldest first. */
	readonly runs: readonly KnownRun[];
	readonly prompts: readonly IndexPrompt[];
	/** Newest first, at most 30. */
	readonly failures: readonly IndexFailure[];
	/** Newest first, at most 30. */
	readonly latest: readonly {
		readonly run: string;
		readonly startedAt: string;
		readonly verdict: string;
		readonly prompts: number;
		readonly steps: number;
		readonly durationMs: number;
	}[];
}

/** What a page is drawn from. */
export type PageData = RunData | IndexData;
