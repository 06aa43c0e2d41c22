import type { Diagnostic } from '../../core/places.ts';
import { formatFindingAnnotations } from '../../report/ci/annotation-lines.ts';
import { type Finding, toFinding } from '../../report/ci/findings.ts';
import type { Io } from '../io.ts';
import { createRepositoryPath } from './repository-path.ts';

/** A problem and the prompt it is in. */
export interface FoundProblem {
	/** As the user gave it. */
	readonly file: string;
	readonly diagnostic: Diagnostic;
}

/** Writes a problem for people: place, severity, message, rule, and below it the way out. */
export const formatProblem = ({
	file,
	diagnostic: { span, severity, message, advice, ruleId },
}: FoundProblem): string =>
	`${file}:${span.start.line}:${span.start.column}  ${severity}  ${message}  ${ruleId}${advice === undefined ? '' : `\n    ${advice}`}`;

/** Turns problems into findings at paths from the root of the repository. */
export function toFindings(problems: readonly FoundProblem[], io: Io): Finding[] {
	const toRepositoryPath = createRepositoryPath(io);
	return problems.map(({ file, diagnostic }) => toFinding(toRepositoryPath(file), diagnostic));
}

/**
 * Shows problems beside the lines they are in, in GitHub Actions.
 *
 * @param isHumanOnErr - True: stdout is for programs.
 */
export function annotateProblems(problems: readonly FoundProblem[], io: Io, isHumanOnErr: boolean): void {
	const raw = io.unguarded ?? io;
	for (const line of formatFindingAnnotations(toFindings(problems, io))) {
		if (isHumanOnErr) raw.err(line);
		else raw.out(line);
	}
}
