import type { UnmetCondition } from '../../gate/find-unmet.ts';
import { formatAnnotationLines } from '../../report/ci/annotation-lines.ts';
import { cleanLine, clipText } from '../../report/ci/clean-text.ts';
import type { Io } from '../io.ts';
import { createRepositoryPath } from './repository-path.ts';

/** A prompt that may not be trusted yet. */
export interface UnmetPrompt {
	/** As the user gave it. */
	readonly file: string;
	/** Line of its metrics; 1 where it has none. */
	readonly line: number;
	/** At least one. */
	readonly unmet: readonly UnmetCondition[];
}

/**
 * Shows beside the metrics of each prompt why its gate is not met, in GitHub Actions.
 *
 * @param isHumanOnErr - True: stdout is for programs.
 */
export function annotateGate(prompts: readonly UnmetPrompt[], io: Io, isHumanOnErr: boolean): void {
	const raw = io.unguarded ?? io;
	const toRepositoryPath = createRepositoryPath(io);
	const lines = formatAnnotationLines(
		prompts.map(({ file, line, unmet }) => ({
			level: 'error',
			file: toRepositoryPath(file),
			line,
			columns: null,
			title: 'gate not met',
			message: unmet.map(({ message, advice }) => clipText(cleanLine(`${message}. ${advice}`), 400)).join('\n'),
		})),
		(left, total) => `${left} more of ${total} prompts do not meet the gate: the log of this step shows all of them`,
	);
	for (const line of lines) {
		if (isHumanOnErr) raw.err(line);
		else raw.out(line);
	}
}
