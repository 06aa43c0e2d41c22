import PQueue from 'p-queue';
import type { PromptResult } from '../core/events.ts';
import { createMarker, type RunId } from '../core/ids.ts';
import { digestRunResults, formatRunProof } from '../core/run-proof.ts';
import { sumSteps } from '../core/sum-steps.ts';
import { concludeRun } from './conclude-run.ts';
import type { RunContext } from './context.ts';
import type { PlannedPrompt } from './plan-prompt.ts';
import type { RepeatTally } from './repeat-tally.ts';
import { runPrompt } from './run-prompt.ts';

/** What a run is called and where it is told; the rest is in the context. */
export interface RunFrame {
	readonly run: RunId;
	/** Name and version of the program. */
	readonly tool: string;
	readonly executor: { readonly kind: 'embedded' | 'remote'; readonly url: string | null; readonly version: string };
	/** Path of this run's transcript. */
	readonly transcript: string | null;
	readonly reportFolder: string | null;
	/** What the user should know before anything runs. */
	readonly warnings: readonly { readonly message: string; readonly advice: string | null }[];
	/** Prompts at once, 1 or more. */
	readonly jobs: number;
	/** The exit code once the run is interrupted; `null` before. */
	readonly interruptCode: () => number | null;
	/** What shuffled the order of the prompts. */
	readonly seed?: number;
	/** This run is one of several of the same prompts. `number`: from 1. */
	readonly repeat?: { readonly tally: RepeatTally; readonly number: number; readonly of: number };
}

/** What a run came to. */
export interface RunResult {
	/** In the order of the prompts. */
	readonly prompts: readonly PromptResult[];
	readonly exitCode: number;
}

/**
 * Runs prompts, several at once, and tells their story from `run-started` to `run-finished`.
 *
 * @returns Once every reporter has had every event. After an abort: what was reached, nothing left running.
 */
export async function runPrompts(
	prompts: readonly PlannedPrompt[],
	frame: RunFrame,
	context: RunContext,
): Promise<RunResult> {
	const { story, clock } = context;
	const startedAt = clock.monotonicMs();
	const marker = createMarker('run', clock, context.random);
	story.tell({
		type: 'run-started',
		run: frame.run,
		tool: frame.tool,
		startedAt: new Date(clock.nowMs()).toISOString(),
		executor: frame.executor,
		evidenceNeeded: context.settings.evidenceNeeded,
		transcript: frame.transcript,
		prompts: prompts.map(({ file, steps }) => ({ file, steps: steps.length })),
		jobs: frame.jobs,
		...(frame.seed !== undefined && { seed: frame.seed }),
	});
	for (const warning of frame.warnings) story.tell({ type: 'warning', ...warning });
	const queue = new PQueue({ concurrency: frame.jobs });
	const record = { run: frame.run, executor: frame.executor.kind };
	const results = await queue.addAll(prompts.map((prompt) => () => runPrompt(prompt, record, context)));
	frame.repeat?.tally.add(results);
	await story.flush();
	const hasOwnFailure = story.failures.length > 0 || results.some(({ counts }) => counts.write === 'refused');
	const isTampered = results.some(({ counts }) => counts.code === 'LEDGER_BROKEN');
	const conclusion = concludeRun(results, { interruptCode: frame.interruptCode(), hasOwnFailure, isTampered });
	story.tell({
		type: 'run-finished',
		run: frame.run,
		...conclusion,
		totals: sumSteps(results, clock.monotonicMs() - startedAt),
		proof: formatRunProof({ run: frame.run, marker, results: digestRunResults(results, context.hashes) }),
		reportFolder: frame.reportFolder,
		...(frame.repeat && { repeat: frame.repeat.tally.summarize(frame.repeat.number, frame.repeat.of) }),
	});
	await story.flush();
	// A report that could not be written came too late for the verdict, not for the exit code.
	const hasLateFailure = conclusion.exitCode === 0 && story.failures.length > 0;
	return { prompts: results, exitCode: hasLateFailure ? 3 : conclusion.exitCode };
}
