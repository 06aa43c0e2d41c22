import type { PromptResult, StepResult } from '../core/events.ts';
import { judgeCounts } from '../gate/judge-counts.ts';
import { clipLine } from '../report/clip-line.ts';
import { type FailureFrame, formatFailure } from '../report/format-failure.ts';
import { formatCounts, formatPrompt } from '../report/format-prompt.ts';
import { PLAIN_STYLE } from '../report/style.ts';

/** What people read of a prompt. */
export interface ToldPrompt {
	/** A block for each step that did not pass. */
	readonly blocks: readonly (readonly string[])[];
	/** A line for each step that this machine can't run. */
	readonly notes: readonly string[];
	readonly line: string;
}

/** Steps that need a word: those that passed, and those that never began, need none. */
export const troubledSteps = ({ steps }: PromptResult): readonly StepResult[] =>
	steps
		.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped')
		.filter((step) => step.outcome !== 'aborted' || step.attempts.length > 0);

/**
 * Writes what became of a prompt.
 *
 * @param frame - `stepCount`: steps of the whole prompt; default: the number of the last one that was selected.
 */
export function tellPrompt(
	result: PromptResult,
	frame: Omit<FailureFrame, 'stepCount' | 'counts' | 'credit'> & { readonly stepCount?: number },
): ToldPrompt {
	const { counts, steps } = result;
	const credit = formatCounts(counts, counts.after === null ? null : judgeCounts(counts.after));
	const whole = { ...frame, stepCount: frame.stepCount ?? steps.at(-1)?.number ?? 0, counts, credit };
	return {
		blocks: troubledSteps(result).map((step) => formatFailure(step, whole)),
		notes: steps.filter(isUnfit).map((step) => formatSkip(step, whole)),
		line: formatPrompt(result, credit, frame.style),
	};
}

/** What comes after a failure is skipped too, and needs no word: the block of the failure stands above. */
const isUnfit = ({ reason }: StepResult): boolean => reason === 'requires' || reason === 'platform';

const formatSkip = (step: StepResult, { stepCount, style = PLAIN_STYLE }: FailureFrame): string =>
	`${style.bold(style.yellow('SKIP'))}  ${style.bold(`${step.file}:${step.line}`)}  step ${step.number}/${stepCount} "${clipLine(step.name, 60)}"  ${step.detail ?? step.reason ?? ''}`;
