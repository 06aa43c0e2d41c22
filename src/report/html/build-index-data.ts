import type { Outcome } from '../../core/outcomes.ts';
import type { HistoryPoint, IndexData, IndexFailure, IndexPrompt } from './report-data.ts';
import type { PromptSummary, RunSummary } from './summarize-run.ts';

const MOST_RUNS = 30;
const MOST_FAILURES = 30;

/** A prompt in a run, which is named by its position. */
interface Sighting {
	readonly run: number;
	readonly prompt: PromptSummary;
}

/**
 * Builds the page over all runs.
 *
 * @param summaries - In any order.
 * @param tool - Name and version of the program that writes the page.
 */
export function buildIndexData(summaries: readonly RunSummary[], tool: string): IndexData {
	const newest = summaries.toSorted((a, b) => (a.run < b.run ? 1 : -1));
	const sightings = new Map<string, Sighting[]>();
	for (const [index, summary] of newest.entries()) {
		for (const prompt of summary.prompts) {
			const seen = sightings.get(prompt.file) ?? [];
			if (seen.length < MOST_RUNS) seen.push({ run: newest.length - 1 - index, prompt });
			sightings.set(prompt.file, seen);
		}
	}
	return {
		kind: 'index',
		schemaVersion: 1,
		tool,
		runs: newest.toReversed().map(({ run, startedAt }) => ({ run, startedAt })),
		prompts: [...sightings]
			.toSorted(([a], [b]) => (a < b ? -1 : 1))
			.map(([file, seen]) => toIndexPrompt(file, seen.toReversed())),
		failures: toFailures(newest).slice(0, MOST_FAILURES),
		latest: newest.slice(0, MOST_RUNS).map(({ run, startedAt, verdict, prompts, durationMs }) => ({
			...{ run, startedAt, verdict, durationMs },
			prompts: prompts.length,
			steps: prompts.reduce((sum, { steps }) => sum + steps, 0),
		})),
	};
}

function toIndexPrompt(file: string, seen: readonly Sighting[]): IndexPrompt {
	const history = seen.map(({ run, prompt: { outcome, durationMs, passed, scored } }): HistoryPoint => {
		return { run, outcome, durationMs, passed, scored };
	});
	const last = seen.at(-1)?.prompt;
	return {
		file,
		title: last?.title ?? null,
		counts: seen.findLast(({ prompt }) => prompt.counts !== null)?.prompt.counts ?? null,
		stage: last?.stage ?? null,
		history,
		flakiness: flakinessOf(history.map(({ outcome }) => outcome)),
		slowest: last?.slowest ?? [],
	};
}

/**
 * Tells how often a prompt changes its mind: the share of scored runs that went the other way than the one before, or were flaky.
 *
 * @returns 0 to 1; `null` with fewer than two scored runs.
 */
export function flakinessOf(outcomes: readonly Outcome[]): number | null {
	const scored = outcomes.filter((outcome) => outcome === 'passed' || outcome === 'failed' || outcome === 'flaky');
	if (scored.length < 2) return null;
	const turns = scored.slice(1).filter((outcome, index) => outcome === 'flaky' || outcome !== scored[index]);
	return turns.length / (scored.length - 1);
}

/** Each way in which a step failed once, where it was seen last. */
function toFailures(newest: readonly RunSummary[]): readonly IndexFailure[] {
	const found = new Map<string, IndexFailure>();
	for (const { run, startedAt, prompts } of newest) {
		for (const { file, failures } of prompts) {
			for (const failure of failures) {
				const key = `${failure.group} ${failure.number} ${file}`;
				const known = found.get(key);
				found.set(key, {
					run,
					startedAt,
					file,
					...failure,
					...known,
					times: (known?.times ?? 0) + 1,
					since: startedAt,
				});
			}
		}
	}
	return [...found.values()];
}
