import type { PromptResult, StepResult } from '../../core/events.ts';
import type { Counts, Outcome } from '../../core/outcomes.ts';
import type { RunRecord } from '../run-record.ts';
import { fingerprint } from './fingerprint.ts';
import { makeInert } from './make-inert.ts';
import type { HistoryPoint } from './report-data.ts';
import { tellFailure } from './tell-failure.ts';

/** What later runs remember of a run: `reports/<run id>/summary.json`, small enough to read many of them at each run. */
export interface RunSummary {
	readonly schemaVersion: 1;
	readonly run: string;
	readonly tool: string;
	readonly startedAt: string;
	readonly verdict: string;
	readonly durationMs: number;
	readonly prompts: readonly PromptSummary[];
}

/** A prompt in a summary. */
export interface PromptSummary extends Omit<HistoryPoint, 'run'> {
	readonly file: string;
	readonly title: string | null;
	readonly steps: number;
	readonly counts: Counts | null;
	readonly stage: PromptResult['counts']['stage'];
	/** At most 3, slowest first. */
	readonly slowest: readonly { readonly number: number; readonly name: string; readonly durationMs: number }[];
	/** At most 20. */
	readonly failures: readonly {
		readonly number: number;
		readonly name: string;
		readonly outcome: Outcome;
		readonly message: string;
		readonly group: string;
	}[];
}

const MOST_FAILURES = 20;
const MOST_SLOW = 3;

/** Takes out of a run record what other runs want to know. */
export const summarizeRun = (record: RunRecord): RunSummary =>
	makeInert({
		schemaVersion: 1,
		run: record.run,
		tool: record.tool,
		startedAt: record.startedAt,
		verdict: record.verdict ?? 'interrupted',
		durationMs: record.totals?.durationMs ?? 0,
		prompts: record.prompts.map(summarizePrompt),
	});

function summarizePrompt(prompt: PromptResult): PromptSummary {
	return {
		file: prompt.file,
		title: prompt.title,
		steps: prompt.steps.length,
		counts: prompt.counts.after ?? prompt.counts.before,
		stage: prompt.counts.stage,
		...toPoint(prompt),
		slowest: prompt.steps
			.filter(({ attempts }) => attempts.length > 0)
			.toSorted((a, b) => b.durationMs - a.durationMs)
			.slice(0, MOST_SLOW)
			.map(({ number, name, durationMs }) => ({ number, name, durationMs })),
		failures: prompt.steps.filter(isComplaint).slice(0, MOST_FAILURES).map(toFailure),
	};
}

/** What a run is in the history of a prompt. */
export function toPoint(prompt: PromptResult): Omit<HistoryPoint, 'run'> {
	const count = (...outcomes: readonly Outcome[]): number =>
		prompt.steps.filter(({ outcome }) => outcomes.includes(outcome)).length;
	return {
		outcome: prompt.outcome,
		durationMs: prompt.durationMs,
		passed: count('passed'),
		scored: count('passed', 'failed', 'flaky'),
	};
}

const isComplaint = ({ outcome }: StepResult): boolean =>
	outcome !== 'passed' && outcome !== 'skipped' && outcome !== 'aborted';

function toFailure(step: StepResult) {
	const message = tellFailure(step) ?? step.outcome;
	return {
		number: step.number,
		name: step.name,
		outcome: step.outcome,
		message,
		group: fingerprint(step.reason, message),
	};
}
