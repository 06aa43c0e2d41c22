import { appendFile, stat } from 'node:fs/promises';
import type { PromptResult, Reporter, RunEvent } from '../../core/events.ts';
import { cleanLine } from '../../report/ci/clean-text.ts';
import { formatAnnotations } from '../../report/ci/format-annotations.ts';
import { formatMarkdown } from '../../report/ci/format-markdown.ts';
import { formatWorkflowCommand } from '../../report/ci/workflow-command.ts';
import { createRunRecorder, type RunRecord } from '../../report/run-record.ts';
import type { Io } from '../io.ts';
import { createRepositoryPath } from './repository-path.ts';

/** GitHub refuses the whole summary of a step that is larger than this. */
const MOST_SUMMARY_BYTES = 1024 * 1024;

/**
 * Wraps the reporter that people read for the log of GitHub Actions: what is told of a prompt that did not pass is folded into a group,
 * annotations come right before the summary.
 *
 * @param isHumanOnErr - True: people read stderr, since stdout is for programs. The runner reads both.
 */
export function wrapForGitHub(terminal: Reporter, io: Io, isHumanOnErr: boolean): Reporter {
	const recorder = createRunRecorder();
	const raw = io.unguarded ?? io;
	const command = isHumanOnErr ? raw.err : raw.out;
	const tell = (event: RunEvent): void => void terminal.onEvent(event);
	return {
		name: terminal.name,
		onEvent(event) {
			recorder.add(event);
			if (event.type === 'prompt-finished' && isFolded(event.result)) {
				command(formatWorkflowCommand('group', {}, titleOf(event.result)));
				tell(event);
				command(formatWorkflowCommand('endgroup', {}, ''));
				return;
			}
			const record = event.type === 'run-finished' ? recorder.read() : null;
			if (record !== null) {
				const annotations = formatAnnotations(record, { toRepositoryPath: createRepositoryPath(io) });
				for (const line of annotations) command(line);
			}
			tell(event);
		},
	};
}

const isFolded = ({ outcome }: PromptResult): boolean => outcome !== 'passed' && outcome !== 'skipped';

function titleOf({ file, outcome, steps }: PromptResult): string {
	const passed = steps.filter((step) => step.outcome === 'passed').length;
	return `${cleanLine(file)}: ${outcome}, ${passed} of ${steps.length} steps passed`;
}

/** Creates the reporter that adds the run to the summary of the job, as far as the room goes that earlier commands of the step left. */
export function createStepSummary(path: string, io: Io): Reporter {
	const recorder = createRunRecorder();
	return {
		name: 'step summary',
		async onEvent(event) {
			recorder.add(event);
			const record = event.type === 'run-finished' ? recorder.read() : null;
			if (record !== null) await append(path, record, io);
		},
	};
}

async function append(path: string, record: RunRecord, io: Io): Promise<void> {
	try {
		const used = await stat(path).then(
			({ size }) => size,
			() => 0,
		);
		// Room for the newlines between two summaries.
		const room = MOST_SUMMARY_BYTES - used - 16;
		if (room < 1000) io.err('verify: the summary of this step is full, the run is not in it');
		else await appendFile(path, `${formatMarkdown(record, { mostBytes: room })}\n\n`);
	} catch (error) {
		// The summary is a courtesy: the verdict stands without it.
		io.err(`verify: cannot write the step summary ${path}: ${(error as Error).message}`);
	}
}
