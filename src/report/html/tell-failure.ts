import { formatDuration } from '../../core/durations.ts';
import type { Interruption, StepResult } from '../../core/events.ts';
import { stripAnsi } from '../../core/strip-ansi.ts';

const LONGEST = 200;

/**
 * Says in one line what went wrong.
 *
 * @returns At most 200 characters; `null` for a pass.
 */
export function tellFailure(step: StepResult): string | null {
	if (step.outcome === 'passed') return null;
	// A flaky step passed in the end: what went wrong stands in an attempt before.
	const attempt = step.attempts.findLast(({ outcome }) => outcome !== 'passed') ?? step.attempts.at(-1);
	const exit =
		attempt?.reason === 'exit-code' && attempt.exitCode !== null ? `Ended with exit code ${attempt.exitCode}` : null;
	const interruption = attempt?.interruption ? tellInterruption(attempt.interruption) : null;
	const unproven = step.outcome === 'unproven' ? attempt?.evidenceChecks.find(({ isOk }) => !isOk)?.detail : undefined;
	const message =
		interruption ??
		attempt?.mismatch?.message ??
		attempt?.detail ??
		step.detail ??
		unproven ??
		exit ??
		step.reason ??
		step.outcome;
	const line = stripAnsi(message).replace(/\s+/g, ' ').trim();
	return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}

function tellInterruption(cause: Interruption): string {
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
