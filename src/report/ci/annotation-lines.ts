import { cleanLine, clipText } from './clean-text.ts';
import type { Finding } from './findings.ts';
import { formatWorkflowCommand } from './workflow-command.ts';

/** A remark that GitHub shows beside a line of a file. */
export interface Annotation {
	readonly level: 'error' | 'warning' | 'notice';
	/** From the root of the repository. */
	readonly file: string;
	readonly line: number;
	/** From 1; `null`: the whole line. The end is exclusive and on the same line. */
	readonly columns: { readonly start: number; readonly end: number } | null;
	readonly title: string;
	/** May have several lines. */
	readonly message: string;
}

/**
 * GitHub shows 10 annotations of a kind for a step and 50 for a job, and drops the rest without a word: ten in all leave room for other
 * steps of the job.
 */
const MOST = 10;
/** The runner cuts messages at 4,096 characters; people stop long before. */
const MOST_CHARACTERS = 1500;

/**
 * Writes annotations as commands for the runner of GitHub Actions.
 *
 * @param annotations - The worst first.
 * @param sayRest - Says how many are left out, and where to find them.
 * @returns At most ten lines; where there are more annotations, the tenth is what `sayRest` says.
 */
export function formatAnnotationLines(
	annotations: readonly Annotation[],
	sayRest: (left: number, total: number) => string,
): string[] {
	const shown = annotations.length > MOST ? annotations.slice(0, MOST - 1) : annotations;
	const lines = shown.map(({ level, file, line, columns, title, message }) =>
		formatWorkflowCommand(
			level,
			{
				file,
				line,
				endLine: line,
				col: columns?.start,
				endColumn: columns?.end,
				title: clipText(cleanLine(title), 150),
			},
			clipText(message, MOST_CHARACTERS),
		),
	);
	if (shown.length === annotations.length) return lines;
	const level = annotations[MOST - 1]?.level ?? 'error';
	const rest = sayRest(annotations.length - shown.length, annotations.length);
	return [...lines, formatWorkflowCommand(level, { title: 'verify' }, rest)];
}

const LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const;
const WORST_FIRST = ['error', 'warning', 'info'] as const;

/** Writes findings, such as those of `lint`, as annotations for GitHub Actions: at most ten lines, the worst first. */
export const formatFindingAnnotations = (findings: readonly Finding[]): string[] =>
	formatAnnotationLines(
		WORST_FIRST.flatMap((severity) => findings.filter((finding) => finding.severity === severity)).map(
			({ file, line, column, end, ruleId, severity, message }) => ({
				level: LEVELS[severity],
				file,
				line,
				columns: column === null || end === null || end.line !== line ? null : { start: column, end: end.column },
				title: ruleId,
				message,
			}),
		),
		(left, total) => `${left} more of ${total} problems: the log of this step shows all of them`,
	);
