import type { Counts, Evidence, Outcome, Reason } from './outcomes.ts';
import type { LeakedProcess } from './ports.ts';

/** Where a step stands; enough to find it again. */
export interface StepRef {
	/** Path of the prompt as the user gave it. */
	readonly file: string;
	/** Position among the prompt's steps, from 1. */
	readonly number: number;
	readonly name: string;
	/** Line of its heading, from 1. */
	readonly line: number;
}

/** One line of an aligned diff, as the verdict carries it. */
export interface ReportedDiffLine {
	readonly kind: 'same' | 'missing' | 'surplus';
	readonly actualLine: number | null;
	readonly expectedLine: number | null;
	readonly text: string;
}

/** Why output or exit code were not as expected. */
export interface ReportedMismatch {
	readonly matcher: string;
	readonly message: string;
	readonly firstDifference: {
		readonly expectedLine: number | null;
		readonly expected: string | null;
		readonly actualLine: number | null;
		readonly actual: string | null;
	} | null;
	readonly diff: readonly ReportedDiffLine[];
	readonly hints: readonly string[];
}

/** What is kept of a step's output. */
export interface ReportedOutput {
	/** All bytes of both streams. */
	readonly bytes: number;
	readonly droppedBytes: number;
	/** Over the raw bytes, 64 hex digits; `null` when nothing ran. */
	readonly sha256: string | null;
	/** First part of the output, at most 4,096 characters. */
	readonly head: string;
	/** Last part, at most 4,096 characters, empty when `head` holds everything. */
	readonly tail: string;
	/** Lines of standard error, counted in what was kept. */
	readonly stderrLines: number;
	/** File with what was kept, relative to the report's folder; `null` when `head` and `tail` hold it. */
	readonly file: string | null;
}

/** What stopped an execution before its own end. */
export type Interruption =
	| { readonly kind: 'timeout'; readonly limitMs: number }
	| {
			readonly kind: 'stall';
			readonly limitMs: number;
			readonly lastLine: string | null;
			readonly lastLineAgeMs: number;
	  }
	| {
			readonly kind: 'error-pattern';
			/** As configured. */
			readonly pattern: string;
			readonly line: string;
			/** Number of `line` in the output, from 1. */
			readonly lineNumber: number;
			/** Up to 5 lines before it. */
			readonly before: readonly string[];
			/** Up to 5 lines after it, as far as they had arrived. */
			readonly after: readonly string[];
	  }
	| { readonly kind: 'interrupted' };

/** One execution of a step. */
export interface Attempt {
	/** From 1. */
	readonly number: number;
	readonly executionId: string;
	readonly marker: string;
	readonly outcome: Outcome;
	readonly reason: Reason | null;
	readonly exitCode: number | null;
	readonly signal: string | null;
	readonly durationMs: number;
	readonly interruption: Interruption | null;
	readonly mismatch: ReportedMismatch | null;
	readonly output: ReportedOutput;
	readonly evidence: Evidence;
	/** Each check of the evidence in order, so that the failed one can be named. */
	readonly evidenceChecks: readonly { readonly name: string; readonly isOk: boolean; readonly detail: string }[];
	/** Where the evidence was looked for. */
	readonly evidenceSource: string | null;
	readonly leaked: readonly LeakedProcess[];
	/** One sentence for people: what was lost or refused; `null` when the other fields say it. */
	readonly detail: string | null;
}

/** What became of a step. */
export interface StepResult extends StepRef {
	/** The script that ran, as it stands in the prompt. */
	readonly command: string;
	readonly outcome: Outcome;
	readonly reason: Reason | null;
	/** One sentence for people, for outcomes without an attempt (`refused`, `skipped`); `null` else. */
	readonly detail: string | null;
	/** `exit-code`: the expectation was not checkable, the exit code alone decided. */
	readonly checkedBy: 'output' | 'exit-code';
	readonly evidenceNeeded: Evidence;
	/** All attempts, the deciding one last; empty when nothing ran. */
	readonly attempts: readonly Attempt[];
	readonly durationMs: number;
}

/** What happened to the counts of a prompt. */
export interface CountsResult {
	/** What the file held right before the write; `null` when the prompt has no counts. */
	readonly before: Counts | null;
	readonly after: Counts | null;
	readonly added: Counts;
	/**
	 * `written`; `nothing` scored; `dry`: `--no-write`; `no-metrics`: there is no place for them;
	 * `refused`: the file could not be written or its metrics could not be read any more.
	 */
	readonly write: 'written' | 'nothing' | 'dry' | 'no-metrics' | 'refused';
	/** Why, for `no-metrics` and `refused`. */
	readonly detail: string | null;
	readonly stage: 'development' | 'graduated' | 'trusted' | null;
	/** Error code behind `refused`. */
	readonly code?: string;
	/** What the ledger says; missing where none was written, and in records of older versions. */
	readonly ledger?: {
		readonly path: string;
		/** Hash of the record that settled the run; `null`: the run is still open, since the counts could not be written. */
		readonly head: string | null;
		/** True: the ledger was made by this run, and adopted what stood in the file. */
		readonly isNew: boolean;
		/** Executions of earlier runs that never reported, found by this run. */
		readonly lost: number;
		/** Adopted and counted, this run among it. */
		readonly derived: Counts | null;
		/** False: what stood in the file was not what the ledger derives, so it was kept and only added to. */
		readonly isExplained: boolean;
	};
}

/** What became of a prompt. */
export interface PromptResult {
	readonly file: string;
	readonly title: string | null;
	/** The worst of its steps; `passed` only if all selected steps passed. */
	readonly outcome: Outcome;
	readonly steps: readonly StepResult[];
	readonly counts: CountsResult;
	readonly durationMs: number;
	/** Problems of the document that did not stop it, ready to print. */
	readonly warnings: readonly string[];
	/** SHA-256, 64 hex digits each; missing in records of older versions. */
	readonly digests?: {
		/** Over the bytes of the file as it was verified. */
		readonly verified: string;
		/** As the run left it with its counts; equal where it wrote none. */
		readonly left: string;
		/** Over the content of each planned step, in the order of `steps`: credit follows it. */
		readonly steps: readonly string[];
	};
}

/** What became of a run. */
export interface RunTotals {
	readonly prompts: number;
	readonly steps: number;
	/** Steps by outcome. */
	readonly byOutcome: Readonly<Record<Outcome, number>>;
	readonly durationMs: number;
}

/** How often a step passed in a run that is repeated. */
export interface RepeatedStep extends StepRef {
	readonly passed: number;
	/** Runs that scored: `passed`, `failed` or `flaky`. */
	readonly scored: number;
	/** Share of the scored runs that went the other way than the one before, or were flaky; `null` for fewer than two. */
	readonly flakiness: number | null;
	/** How likely it passes k times in a row, 0 to 1: for 1, 2, 4, … and all. */
	readonly passPower: readonly { readonly k: number; readonly estimate: number }[];
}

/** What the runs of a repetition came to so far. */
export interface RepeatSummary {
	/** Of this run, from 1. */
	readonly number: number;
	/** Runs asked for. */
	readonly of: number;
	/** In the order of files and steps. */
	readonly steps: readonly RepeatedStep[];
}

/** What happened, without number and time. */
export type RunEventBody =
	| {
			readonly type: 'run-started';
			readonly run: string;
			readonly tool: string;
			/** UTC, ISO 8601. */
			readonly startedAt: string;
			readonly executor: {
				readonly kind: 'embedded' | 'remote';
				readonly url: string | null;
				readonly version: string;
			};
			readonly evidenceNeeded: Evidence;
			readonly transcript: string | null;
			readonly prompts: readonly { readonly file: string; readonly steps: number }[];
			readonly jobs: number;
			/** What shuffled the order of the prompts; missing when nothing did. */
			readonly seed?: number;
	  }
	| { readonly type: 'prompt-started'; readonly file: string; readonly title: string | null; readonly steps: number }
	| {
			readonly type: 'step-started';
			readonly step: StepRef;
			/** From 1. */
			readonly attempt: number;
			readonly attempts: number;
			readonly marker: string;
			readonly executionId: string;
			readonly command: string;
	  }
	/** Live output; may be thinned out, never to be judged by. */
	| {
			readonly type: 'step-output';
			readonly step: StepRef;
			readonly stream: 'stdout' | 'stderr';
			readonly text: string;
	  }
	| { readonly type: 'step-silent'; readonly step: StepRef; readonly silentMs: number; readonly limitMs: number }
	| { readonly type: 'step-finished'; readonly result: StepResult }
	| { readonly type: 'prompt-finished'; readonly result: PromptResult }
	| { readonly type: 'warning'; readonly message: string; readonly advice: string | null }
	| {
			readonly type: 'run-finished';
			readonly run: string;
			readonly exitCode: number;
			/** The word for the exit code: `passed` `failed` `unproven` `infra` `nothing-selected` `invalid` `tampered` `interrupted`. */
			readonly verdict: string;
			readonly totals: RunTotals;
			/** One line, see `formatRunProof`: an agent that ran this carries it in its transcript. */
			readonly proof: string;
			/** Folder of this run's reports; `null` when none are written. */
			readonly reportFolder: string | null;
			/** Missing when the run is not repeated. */
			readonly repeat?: RepeatSummary;
	  };

/** The story of a run, told once: terminal, reports and JSON lines all read it. */
export type RunEvent = {
	/** From 1, without gaps. */
	readonly seq: number;
	/** Milliseconds since the Unix epoch. */
	readonly atMs: number;
} & RunEventBody;

/** Reads the story of a run. Events come in order; each call is awaited before the next event. */
export interface Reporter {
	readonly name: string;
	onEvent(event: RunEvent): void | Promise<void>;
}
