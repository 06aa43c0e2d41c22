import type { PromptResult, StepResult } from '../core/events.ts';
import { judgeCounts } from '../gate/judge-counts.ts';
import { type FailureFrame, formatFailure } from '../report/format-failure.ts';
import { formatCounts, formatPrompt } from '../report/format-prompt.ts';

/** What people read of a prompt. */
export interface ToldPrompt {
	/** A block for each step that did not pass. */
	readonly blocks: readonly (readonly string[])[];
	readonly line: string;
}

/** Steps that need a word: those that passed, and those that never began, need none. */
export const troubledSteps = ({ steps }: PromptResult): readonly StepResult[] =>
	steps
		.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped')
		.filter((step) => step.outcome !== 'aborted' || step.attempts.length > 0);

/** Writes what became of a prompt. */
export function tellPrompt(
	result: PromptResult,
	frame: Omit<FailureFrame, 'stepCount' | 'counts' | 'credit'>,
): ToldPrompt {
	const { counts, steps } = result;
	const credit = formatCounts(counts, counts.after === null ? null : judgeCounts(counts.after));
	const whole = { ...frame, stepCount: steps.at(-1)?.number ?? 0, counts, credit };
	return {
		blocks: troubledSteps(result).map((step) => formatFailure(step, whole)),
		line: formatPrompt(result, credit, frame.style),
	};
}
