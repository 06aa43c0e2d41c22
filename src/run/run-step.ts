import type { Attempt, StepRef, StepResult } from '../core/events.ts';
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

/** Runs a step and brings it to its result: up to `retries` further attempts after a failure. A pass that needed one is `flaky`. */
export async function runStep(step: PlannedStep, place: StepPlace, context: AttemptContext): Promise<StepResult> {
	const most = 1 + step.retries;
	// Kept as long as the run: what is pushed to takes room for sixteen more.
	let attempts: readonly Attempt[] = [];
	for (let number = 1; number <= most; number += 1) {
		const attempt = await startAttempt(step, { number, attempts: most, ...place }, context).finished;
		attempts = [...attempts, attempt];
		if (attempt.outcome !== 'failed' || context.signal.aborted) break;
	}
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
	return describeStep(step, {
		evidenceNeeded,
		outcome: isFlaky ? 'flaky' : (last?.outcome ?? 'skipped'),
		reason: isFlaky ? (attempts.at(-2)?.reason ?? null) : (last?.reason ?? null),
		detail: null,
		attempts,
		durationMs: attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0),
	});
}

/** Builds the result of a step that did not run. */
export function toUnrunResult(
	step: PlannedStep,
	{ outcome, reason, detail }: { readonly outcome: Outcome; readonly reason: Reason; readonly detail: string },
	evidenceNeeded: Evidence,
): StepResult {
	return describeStep(step, { evidenceNeeded, outcome, reason, detail, attempts: [], durationMs: 0 });
}

function describeStep(
	{ ref, shownCommand, expectation }: PlannedStep,
	end: Omit<StepResult, keyof StepRef | 'command' | 'checkedBy'>,
): StepResult {
	const { file, number, name, line } = ref;
	return { file, number, name, line, command: shownCommand, checkedBy: expectation.checkedBy, ...end };
}
