import type { Attributes } from '@opentelemetry/api';
import type { Attempt, PromptResult, RunEvent, StepRef, StepResult } from '../../core/events.ts';
import type { Outcome } from '../../core/outcomes.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/**
 * What spans say, by the semantic conventions where those have a name for it (`test.*`, `code.*`, `process.*`, `error.type`), under `tenfold.*`
 * else. No output and no values of variables: traces travel further than transcripts.
 */
export const runAttributes = ({ run, tool, executor, prompts, jobs }: EventOf<'run-started'>): Attributes => ({
	'tenfold.run.id': run,
	'tenfold.tool': tool,
	'tenfold.executor.kind': executor.kind,
	'tenfold.prompts': prompts.length,
	'tenfold.jobs': jobs,
});

/** Of a run that has ended. */
export const runEndAttributes = ({ verdict, exitCode, totals }: EventOf<'run-finished'>): Attributes => ({
	'tenfold.verdict': verdict,
	'process.exit.code': exitCode,
	'tenfold.steps': totals.steps,
	'tenfold.steps.passed': totals.byOutcome.passed,
});

/** Of a prompt that begins. */
export const promptAttributes = ({ file, steps }: EventOf<'prompt-started'>): Attributes => ({
	'test.suite.name': file,
	'code.file.path': file,
	'tenfold.steps': steps,
});

/** Of a prompt that has ended. */
export const promptEndAttributes = ({ outcome, counts }: PromptResult): Attributes => ({
	'test.suite.run.status': SUITE_STATUS[outcome],
	'tenfold.outcome': outcome,
	...(counts.stage === null ? {} : { 'tenfold.stage': counts.stage }),
	...(counts.after === null
		? {}
		: { 'tenfold.counts.success': counts.after.success, 'tenfold.counts.failure': counts.after.failure }),
});

const SUITE_STATUS: Readonly<Record<Outcome, string>> = {
	passed: 'success',
	failed: 'failure',
	flaky: 'failure',
	unproven: 'failure',
	infra: 'aborted',
	refused: 'failure',
	skipped: 'skipped',
	aborted: 'aborted',
};

/** Of an attempt of a step that begins. */
export const stepAttributes = ({ step, attempt, marker, executionId }: EventOf<'step-started'>): Attributes => ({
	...placeAttributes(step),
	'tenfold.step.number': step.number,
	'tenfold.attempt': attempt,
	'tenfold.execution.id': executionId,
	'tenfold.marker': marker,
});

const placeAttributes = ({ file, line, name }: StepRef): Attributes => ({
	'test.suite.name': file,
	'test.case.name': name,
	'code.file.path': file,
	'code.line.number': line,
});

/** Of an attempt that has ended; `result` decides for the last one. */
export function attemptEndAttributes(
	attempt: Attempt,
	{ outcome, reason }: Pick<StepResult, 'outcome' | 'reason'>,
): Attributes {
	return {
		...outcomeAttributes({ outcome, reason }),
		'tenfold.evidence': attempt.evidence,
		'tenfold.output.bytes': attempt.output.bytes,
		'tenfold.leaked': attempt.leaked.length,
		...(attempt.exitCode === null ? {} : { 'process.exit.code': attempt.exitCode }),
		...(attempt.signal === null ? {} : { 'tenfold.signal': attempt.signal }),
	};
}

/** Of a step without an attempt. */
export const unrunAttributes = (result: StepResult): Attributes => ({
	...placeAttributes(result),
	'tenfold.step.number': result.number,
	...outcomeAttributes(result),
});

const outcomeAttributes = ({ outcome, reason }: Pick<StepResult, 'outcome' | 'reason'>): Attributes => ({
	...(outcome === 'skipped' || outcome === 'aborted' || outcome === 'infra'
		? {}
		: { 'test.case.result.status': outcome === 'passed' ? 'pass' : 'fail' }),
	'tenfold.outcome': outcome,
	...(reason === null || outcome === 'skipped' ? {} : { 'error.type': reason }),
});
