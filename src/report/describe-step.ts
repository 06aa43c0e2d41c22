import { formatDuration } from '../core/durations.ts';
import type { Attempt, Interruption, StepResult } from '../core/events.ts';

/**
 * Says in one sentence why a step did not pass; of a flaky one why it did not at first.
 *
 * @returns Foreign text as it came: escape it for where it goes.
 */
export function describeStep(step: StepResult): string {
	const attempt = step.attempts.findLast(({ outcome }) => outcome !== 'passed') ?? step.attempts.at(-1);
	const exit =
		attempt?.reason === 'exit-code' && attempt.exitCode !== null ? `Ended with exit code ${attempt.exitCode}` : null;
	const interruption = attempt?.interruption ? describeInterruption(attempt.interruption) : null;
	const unproven = step.outcome === 'unproven' ? attempt?.evidenceChecks.find(({ isOk }) => !isOk)?.detail : undefined;
	return (
		interruption ??
		attempt?.mismatch?.message ??
		attempt?.detail ??
		step.detail ??
		unproven ??
		exit ??
		step.reason ??
		step.outcome
	);
}

function describeInterruption(cause: Interruption): string {
	switch (cause.kind) {
		case 'timeout':
			return `Cancelled: ran longer than ${formatDuration(cause.limitMs)}`;
		case 'stall':
			return `Cancelled: silent for ${formatDuration(cause.limitMs)}`;
		case 'error-pattern':
			return `Printed “${cause.pattern}”: ${cause.line.trim()}`;
		case 'interrupted':
			return 'The run was interrupted';
	}
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
