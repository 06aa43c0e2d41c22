import type { PromptResult, RepeatSummary, RunEvent, RunTotals } from '../core/events.ts';
import type { Evidence } from '../core/outcomes.ts';

/**
 * What `reports/<run id>/run.json` holds; documented in `docs/run-json.md`. Additive changes keep `schemaVersion`;
 * readers ignore what they don't know.
 */
export interface RunRecord {
	readonly schemaVersion: 1;
	readonly run: string;
	readonly tool: string;
	/** UTC, ISO 8601 with milliseconds. */
	readonly startedAt: string;
	readonly finishedAt: string | null;
	readonly executor: { readonly kind: 'embedded' | 'remote'; readonly url: string | null; readonly version: string };
	readonly evidenceNeeded: Evidence;
	/** Path of the transcript, as this machine knows it. */
	readonly transcript: string | null;
	readonly jobs: number;
	/** `null` while the run goes on. */
	readonly verdict: string | null;
	readonly exitCode: number | null;
	readonly totals: RunTotals | null;
	/** The line that the run printed last; `null` while it goes on, missing in records of older versions. */
	readonly proof?: string | null;
	/** In the order they ended. */
	readonly prompts: readonly PromptResult[];
	readonly warnings: readonly string[];
	/** 40 or 64 hex digits of the commit that was checked out; missing or `null` outside of a repository. */
	readonly commit?: string | null;
	/** What shuffled the order of the prompts; missing when nothing did. */
	readonly seed?: number;
	/** Of this run and those before it of the same `--repeat`; missing when it is not repeated. */
	readonly repeat?: RepeatSummary;
	/** Of a record that was joined from several: its parts, in the order of their ids. */
	readonly shards?: readonly Pick<RunRecord, 'run' | 'startedAt' | 'executor' | 'transcript'>[];
}

/** Collects a run record from the story of a run. */
export interface RunRecorder {
	add(event: RunEvent): void;
	/** @returns What is known so far; `null` before `run-started`. */
	read(): RunRecord | null;
}

/** Creates a recorder; it keeps results only, no output events. */
export function createRunRecorder(): RunRecorder {
	const prompts: PromptResult[] = [];
	const warnings: string[] = [];
	let start: Extract<RunEvent, { type: 'run-started' }> | null = null;
	let end: Extract<RunEvent, { type: 'run-finished' }> | null = null;
	return {
		add(event) {
			if (event.type === 'run-started') start = event;
			else if (event.type === 'prompt-finished') prompts.push(event.result);
			else if (event.type === 'warning') warnings.push(event.message);
			else if (event.type === 'run-finished') end = event;
		},
		read() {
			if (start === null) return null;
			const { run, tool, startedAt, executor, evidenceNeeded, transcript, jobs } = start;
			return {
				schemaVersion: 1,
				run,
				tool,
				startedAt,
				finishedAt: end === null ? null : new Date(end.atMs).toISOString(),
				executor,
				evidenceNeeded,
				transcript,
				jobs,
				verdict: end?.verdict ?? null,
				exitCode: end?.exitCode ?? null,
				totals: end?.totals ?? null,
				proof: end?.proof ?? null,
				...(start.seed !== undefined && { seed: start.seed }),
				...(end?.repeat && { repeat: end.repeat }),
				prompts,
				warnings,
			};
		},
	};
}
