import type { StepResult } from '../../core/events.ts';
import type { Outcome } from '../../core/outcomes.ts';
import { describeStep, firstDifference, nameStep } from '../describe-step.ts';
import { nextCommand } from '../format-failure.ts';
import type { RunRecord } from '../run-record.ts';
import { type Annotation, formatAnnotationLines } from './annotation-lines.ts';
import { cleanLine, clipText } from './clean-text.ts';

/** What annotations are written with. */
export interface AnnotationOptions {
	/** Turns a path of the record into one from the root of the repository; default: as it is. */
	readonly toRepositoryPath?: (file: string) => string;
}

const ORDER: readonly Outcome[] = ['failed', 'flaky', 'unproven', 'refused', 'infra'];

/**
 * Writes the annotations of a run for GitHub Actions, the worst first: an error for each step that failed, is flaky, unproven or refused,
 * a warning for each that was lost without a verdict.
 *
 * @returns At most ten lines; where there is more to say, the tenth says how much.
 */
export function formatAnnotations(record: RunRecord, options: AnnotationOptions = {}): string[] {
	const { toRepositoryPath = (file) => file } = options;
	const steps = record.prompts
		.flatMap((prompt) => prompt.steps)
		.filter(({ outcome }) => ORDER.includes(outcome))
		.sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
	return formatAnnotationLines(
		steps.map((step) => toAnnotation(step, toRepositoryPath(step.file))),
		(left, total) =>
			`${left} more of ${total} steps did not pass: the log and the summary of this job show all of them`,
	);
}

function toAnnotation(step: StepResult, file: string): Annotation {
	const difference = firstDifference(step);
	const lines = [
		describeStep(step),
		...(difference === null ? [] : [`expected  ${difference.expected}`, `actual    ${difference.actual}`]),
		...(step.outcome === 'infra' ? ["not counted: a lost executor is not the prompt's fault"] : []),
		`next      ${nextCommand(step)}`,
	];
	return {
		level: step.outcome === 'infra' ? 'warning' : 'error',
		file,
		line: step.line,
		columns: null,
		title: `${clipText(cleanLine(nameStep(step)), 100)} ${step.reason ?? step.outcome}`,
		message: lines.map((line) => clipText(cleanLine(line), 500)).join('\n'),
	};
}
