import type { Attempt, StepRef, StepResult } from '../core/events.ts';
import type { Evidence, Outcome, Reason } from '../core/outcomes.ts';
import type { AttemptContext } from './context.ts';
import type { PlannedStep } from './plan-prompt.ts';
import { type RunningAttempt, startAttempt } from './run-attempt.ts';

/** Where a step runs: the same for each of its attempts. */
export interface StepPlace {
	/** Absolute; `null`: the executor's own. */
	readonly cwd: string | null;
	readonly env: Readonly<Record<string, string>>;
}

/** A step that runs. */
export interface RunningStep {
	/** Settles once the command of its first attempt was sent, or won't be. */
	readonly sent: Promise<void>;
	/** Settles at the end of its last command: true when it passed as far as was seen, so that nothing but its proof is left to weigh. */
	readonly observed: Promise<boolean>;
	/** Weighs the proof. Called after `observed`. */
	prove(): Promise<StepResult>;
}

/**
 * Starts a step and brings it to its result: up to `retries` further attempts after a failure. A pass that needed one is `flaky`.
 * What seems to be a pass waits for `prove`.
 */
export function startStep(step: PlannedStep, place: StepPlace, context: AttemptContext): RunningStep {
	const most = 1 + step.retries;
	const start = (number: number): RunningAttempt =>
		startAttempt(step, { number, attempts: most, ...place }, context, { defersProof: true });
	// Kept as long as the run: what is pushed to takes room for sixteen more.
	let attempts: readonly Attempt[] = [];
	const first = start(1);
	let last = first;
	const observe = async (): Promise<boolean> => {
		while (!(await last.observed)) {
			const attempt = await last.finished;
			attempts = [...attempts, attempt];
			if (attempt.outcome !== 'failed' || attempts.length === most || context.signal.aborted) return false;
			last = start(attempts.length + 1);
		}
		return true;
	};
	const observed = observe();
	return {
		sent: first.sent,
		observed,
		async prove() {
			if (await observed) {
				last.prove();
				attempts = [...attempts, await last.finished];
			}
			return toResult(step, attempts, context.settings.evidenceNeeded);
		},
	};
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
