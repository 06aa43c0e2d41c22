import type { Attempt, StepResult } from '../core/events.ts';
import type { Evidence, Outcome, Reason } from '../core/outcomes.ts';
import type { AttemptContext } from './context.ts';
import type { PlannedStep } from './plan-prompt.ts';
import { startAttempt } from './run-attempt.ts';

/** Where a step runs: the same for each of its attempts. */
export interface StepPlace {
	/** Absolute; `null`: the executor's own. */
	readonly cwd: string | null;
	readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs a step to its result: up to `retries` further attempts after a failure. A pass that needed one is `flaky`.
 */
export async function runStep(step: PlannedStep, place: StepPlace, context: AttemptContext): Promise<StepResult> {
	const attempts: Attempt[] = [];
	const most = 1 + step.retries;
	do {
		const number = attempts.length + 1;
		attempts.push(await startAttempt(step, { ...place, number, attempts: most }, context).finished);
	} while (attempts.at(-1)?.outcome === 'failed' && attempts.length < most && !context.signal.aborted);
	return toResult(step, attempts, context.settings.evidenceNeeded);
}

/**
 * Builds the result of a step from its attempts.
 *
 * @param attempts - At least one; the last one decides.
 */
export function toResult(step: PlannedStep, attempts: readonly Attempt[], evidenceNeeded: Evidence): StepResult {
	const last = attempts.at(-1);
	const isFlaky = last?.outcome === 'passed' && attempts.length > 1;
	return {
		...describeStep(step),
		evidenceNeeded,
		outcome: isFlaky ? 'flaky' : (last?.outcome ?? 'skipped'),
		reason: isFlaky ? (attempts.at(-2)?.reason ?? null) : (last?.reason ?? null),
		detail: null,
		attempts,
		durationMs: attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0),
	};
}

/** Builds the result of a step that did not run. */
export function toUnrunResult(
	step: PlannedStep,
	why: { readonly outcome: Outcome; readonly reason: Reason; readonly detail: string },
	evidenceNeeded: Evidence,
): StepResult {
	return { ...describeStep(step), evidenceNeeded, ...why, attempts: [], durationMs: 0 };
}

const describeStep = (step: PlannedStep): Pick<StepResult, keyof PlannedStep['ref'] | 'command' | 'checkedBy'> => ({
	...step.ref,
	command: step.shownCommand,
	checkedBy: step.expectation.checkedBy,
});
