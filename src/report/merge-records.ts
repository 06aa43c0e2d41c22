import type { PromptResult, StepResult } from '../core/events.ts';
import { EXIT_CODES_BY_CONCERN } from '../core/exit-codes.ts';
import type { Counts, Outcome } from '../core/outcomes.ts';
import { sumSteps } from '../core/sum-steps.ts';
import type { RunRecord } from './run-record.ts';

/** Outcomes, the worst first. */
export const OUTCOMES_BY_CONCERN: readonly Outcome[] = [
	'refused',
	'unproven',
	'failed',
	'flaky',
	'infra',
	'aborted',
	'skipped',
	'passed',
];

/**
 * Joins the records of a run that was split over several machines. The order of the records makes no difference to the result.
 *
 * A prompt that stands in several records has the steps of all of them; of a step that ran more than once the worst outcome
 * stays, for joining must not make a verdict better.
 *
 * @param records - One or more.
 * @returns A record with the id of the earliest run, and in `shards` where its parts come from.
 * @throws {RangeError} `records` is empty.
 */
export function mergeRecords(records: readonly RunRecord[]): RunRecord {
	// Two readings of one run are one part of the whole.
	const parts = [...new Map(records.map((record) => [record.run, record])).values()].sort(byRun);
	const [first, ...others] = parts;
	if (first === undefined) throw new RangeError('There is nothing to merge');
	if (others.length === 0) return first;
	const prompts = mergePrompts(parts);
	const durationMs = Math.max(...parts.map((part) => part.totals?.durationMs ?? 0));
	const worst = parts.toSorted((a, b) => concernOf(a) - concernOf(b) || byRun(a, b))[0] ?? first;
	return {
		...first,
		finishedAt: parts.every(({ finishedAt }) => finishedAt !== null)
			? (parts
					.map(({ finishedAt }) => finishedAt)
					.sort()
					.at(-1) ?? null)
			: null,
		transcript: null,
		jobs: parts.reduce((sum, { jobs }) => sum + jobs, 0),
		verdict: worst.verdict,
		exitCode: worst.exitCode,
		totals: sumSteps(prompts, durationMs),
		prompts,
		warnings: [...new Set(parts.flatMap(({ warnings }) => warnings))].sort(),
		shards: parts.map(({ run, startedAt, executor, transcript }) => ({ run, startedAt, executor, transcript })),
	};
}

const byRun = (a: RunRecord, b: RunRecord): number => (a.run < b.run ? -1 : a.run > b.run ? 1 : 0);
// An unfinished part has no verdict yet: nothing is of higher concern.
const concernOf = ({ exitCode }: RunRecord): number =>
	exitCode === null ? -1 : EXIT_CODES_BY_CONCERN.indexOf(exitCode);

function mergePrompts(parts: readonly RunRecord[]): readonly PromptResult[] {
	const byFile = new Map<string, PromptResult[]>();
	for (const prompt of parts.flatMap(({ prompts }) => prompts)) {
		byFile.set(prompt.file, [...(byFile.get(prompt.file) ?? []), prompt]);
	}
	return [...byFile.values()].map(mergePrompt).sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Of one prompt, in the order of the runs. */
function mergePrompt(sightings: readonly PromptResult[]): PromptResult {
	const [first, ...others] = sightings;
	if (first === undefined) throw new RangeError('A prompt without a result');
	if (others.length === 0) return first;
	const last = others.at(-1) ?? first;
	const steps = new Map<number, StepResult>();
	for (const step of sightings.flatMap((prompt) => prompt.steps)) {
		const other = steps.get(step.number);
		// Skipped here and run there is what shards do: what ran is the result.
		if (other === undefined || rank(step) < rank(other)) steps.set(step.number, step);
	}
	const merged = [...steps.values()].sort((a, b) => a.number - b.number);
	return {
		...last,
		outcome: OUTCOMES_BY_CONCERN.find((outcome) => merged.some((step) => step.outcome === outcome)) ?? last.outcome,
		steps: merged,
		counts: {
			...last.counts,
			before: first.counts.before,
			added: sightings.reduce((sum, { counts }) => add(sum, counts.added), { success: 0, failure: 0 }),
		},
		durationMs: sightings.reduce((sum, { durationMs }) => sum + durationMs, 0),
		warnings: [...new Set(sightings.flatMap(({ warnings }) => warnings))],
	};
}

const rank = ({ outcome }: StepResult): number =>
	outcome === 'skipped' ? OUTCOMES_BY_CONCERN.length : OUTCOMES_BY_CONCERN.indexOf(outcome);

const add = (a: Counts, b: Counts): Counts => ({ success: a.success + b.success, failure: a.failure + b.failure });
