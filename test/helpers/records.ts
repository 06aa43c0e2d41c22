import type { PromptResult, StepResult } from '../../src/core/events.ts';
import type { Outcome } from '../../src/core/outcomes.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import { anAttempt, aPrompt, aStep } from './results.ts';

/** A finished run of these prompts, with `changes`. */
export const aRecord = (prompts: readonly PromptResult[], changes: Partial<RunRecord> = {}): RunRecord => ({
	schemaVersion: 1,
	run: '0199-r1',
	tool: 'tenfold test',
	startedAt: '2026-01-02T03:04:05.678Z',
	finishedAt: '2026-01-02T03:04:07.678Z',
	executor: { kind: 'embedded', url: null, version: '1' },
	evidenceNeeded: 'bound',
	transcript: null,
	jobs: 1,
	verdict: 'failed',
	exitCode: 1,
	totals: null,
	prompts,
	warnings: [],
	...changes,
});

/** A step that failed by a mismatch of its output, with `changes`. */
export const aFailedStep = (changes: Partial<StepResult> = {}): StepResult =>
	aStep({
		outcome: 'failed',
		reason: 'mismatch',
		attempts: [
			anAttempt({
				outcome: 'failed',
				reason: 'mismatch',
				mismatch: {
					matcher: 'lines',
					message: 'Line 2 differs',
					firstDifference: { expectedLine: 2, expected: 'listening', actualLine: 2, actual: 'EADDRINUSE' },
					diff: [],
					hints: [],
				},
			}),
		],
		...changes,
	});

/** A step that printed, is named and stands in a file by this text: whatever is foreign in a report. */
export const aHostileStep = (text: string, outcome: Outcome = 'failed', number = 1): StepResult => {
	const attempt = anAttempt({
		outcome,
		detail: text,
		output: { ...anAttempt().output, bytes: text.length, head: text, tail: text },
		interruption: { kind: 'stall', limitMs: 1, lastLine: text, lastLineAgeMs: 1 },
	});
	return aStep({
		number,
		name: text,
		file: text,
		command: text,
		outcome,
		detail: text,
		attempts: outcome === 'skipped' ? [] : [attempt, attempt],
	});
};

/** A prompt of such steps, one of each outcome. */
export const aHostilePrompt = (text: string): PromptResult =>
	aPrompt({
		file: text,
		title: text,
		outcome: 'failed',
		steps: (['passed', 'failed', 'flaky', 'unproven', 'infra', 'refused', 'aborted', 'skipped'] as const).map(
			(outcome, index) => aHostileStep(text, outcome, index + 1),
		),
	});
