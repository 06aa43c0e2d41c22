import type { StepResult } from '../../core/events.ts';
import { stripAnsi } from '../../core/strip-ansi.ts';
import { describeStep } from '../describe-step.ts';

const LONGEST = 200;

/**
 * Says in one line what went wrong.
 *
 * @returns At most 200 characters; `null` for a pass.
 */
export function tellFailure(step: StepResult): string | null {
	if (step.outcome === 'passed') return null;
	const line = stripAnsi(describeStep(step)).replace(/\s+/g, ' ').trim();
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
