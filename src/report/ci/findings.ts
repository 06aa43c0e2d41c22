import type { Diagnostic } from '../../core/places.ts';
import { describeStep, nameStep } from '../describe-step.ts';
import type { RunRecord } from '../run-record.ts';
import { cleanLine, clipText } from './clean-text.ts';

/** Something to say at a line of a file, for servers that show remarks beside the code. */
export interface Finding {
	/** From the root of the repository, with slashes. */
	readonly file: string;
	/** From 1. */
	readonly line: number;
	/** From 1, in UTF-16 code units; `null`: the whole line. */
	readonly column: number | null;
	/** The end is exclusive. */
	readonly end: { readonly line: number; readonly column: number } | null;
	readonly ruleId: string;
	readonly severity: Diagnostic['severity'];
	/** Plain text on one line. */
	readonly message: string;
}

type ToPath = (file: string) => string;

/** Turns a problem of a prompt into a finding. */
export const toFinding = (file: string, problem: Diagnostic): Finding => ({
	file,
	line: problem.span.start.line,
	column: problem.span.start.column,
	end: problem.span.end,
	ruleId: problem.ruleId,
	severity: problem.severity,
	message: cleanLine(problem.advice === undefined ? problem.message : `${problem.message}. ${problem.advice}`),
});

/**
 * Turns the steps of a run that did not pass into findings at their headings: errors, or `info` for a step that was lost without a
 * verdict. Skipped and interrupted steps have nothing to say.
 */
export function findingsOf(record: RunRecord, toRepositoryPath: ToPath = (file) => file): Finding[] {
	return record.prompts.flatMap(({ steps }) =>
		steps
			.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped' && outcome !== 'aborted')
			.map((step) => ({
				file: toRepositoryPath(step.file),
				line: step.line,
				column: null,
				end: null,
				ruleId: `step-${step.reason ?? step.outcome}`,
				severity: step.outcome === 'infra' ? ('info' as const) : ('error' as const),
				message: clipText(cleanLine(`${nameStep(step)}: ${describeStep(step)}`), 1000),
			})),
	);
}
