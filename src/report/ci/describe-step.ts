import type { Attempt, StepResult } from '../../core/events.ts';

/**
 * Says in one sentence why a step did not pass.
 *
 * @returns Foreign text as it came: escape it for where it goes.
 */
export function describeStep(step: StepResult): string {
	const last = step.attempts.at(-1);
	return last?.mismatch?.message ?? last?.detail ?? step.detail ?? interruptionOf(last) ?? step.reason ?? step.outcome;
}

/** Names a step as every report does: `step 3 "start the server"`. */
export const nameStep = ({ number, name }: StepResult): string => `step ${number} "${name}"`;

/**
 * Gives the two lines that differ first.
 *
 * @returns Nothing where the verdict compared no lines.
 */
export function firstDifference(step: StepResult): { readonly expected: string; readonly actual: string } | null {
	const first = step.attempts.at(-1)?.mismatch?.firstDifference ?? null;
	if (first === null) return null;
	const at = (line: number | null): string => (line === null ? '' : `line ${line}: `);
	return {
		expected: `${at(first.expectedLine)}${first.expected ?? '(the end of the output)'}`,
		actual: `${at(first.actualLine)}${first.actual ?? '(the output ended)'}`,
	};
}

/** Joins what is kept of an attempt's output, and says what is not. */
export const excerptOf = ({ output }: Attempt): string =>
	output.tail === '' ? output.head : `${output.head}\n... ${output.bytes} bytes in all ...\n${output.tail}`;

function interruptionOf(last: Attempt | undefined): string | null {
	const cause = last?.interruption ?? null;
	if (cause === null) return null;
	if (cause.kind === 'error-pattern') return `Printed "${cause.pattern}": ${cause.line}`;
	return cause.kind === 'interrupted' ? 'Interrupted' : `Cancelled: ${cause.kind} of ${cause.limitMs} ms`;
}
