import type { StepResult } from '../core/events.ts';
import { formatFailure, nextCommand } from '../report/format-failure.ts';
import type { AttemptDetail, PromptRow, RunData, StepDetail, StepRow } from '../report/html/report-data.ts';

const MOST_OUTPUT_CHARS = 8000;

/** Puts row and details together again: what other formats are written from. */
export function toStepResult(prompt: PromptRow, row: StepRow, detail: StepDetail): StepResult {
	const { number, name, line, outcome, reason, durationMs } = row;
	const { command, checkedBy, evidenceNeeded } = detail;
	return {
		...{ file: prompt.file, number, name, line, outcome, reason, durationMs, command, checkedBy, evidenceNeeded },
		detail: detail.detail,
		attempts: detail.attempts.map(({ output, trace: _, ...attempt }) => {
			const [head = '', tail = ''] = output.parts;
			return { ...attempt, output: { ...output, head, tail } };
		}),
	};
}

/**
 * Writes what a fixer needs to know of a failed step, bounded: command, complaint, difference, end of the output, how to run it again.
 *
 * @returns Plain text.
 */
export function formatBundle(data: RunData, prompt: PromptRow, row: StepRow, detail: StepDetail): string {
	const step = toStepResult(prompt, row, detail);
	const block = formatFailure(step, {
		run: data.run,
		executor: data.executor.url ?? data.executor.kind,
		stepCount: prompt.steps.at(-1)?.number ?? 0,
		counts: prompt.counts,
		credit: null,
		reportFolder: null,
		columns: 200,
	});
	return [
		`Step ${row.number} “${row.name}” of ${prompt.file} (line ${row.line}) ended as ${row.outcome}${row.reason === null ? '' : `: ${row.reason}`}.`,
		'',
		'## Command',
		'',
		detail.command,
		'',
		'## What happened',
		'',
		...block,
		'',
		'## End of its output',
		'',
		endOf(detail.attempts.at(-1)) || '(nothing)',
		'',
		'## Run it again',
		'',
		nextCommand(step),
		'',
	].join('\n');
}

const endOf = (attempt: AttemptDetail | undefined): string =>
	(attempt?.output.parts.at(-1) ?? '').trimEnd().slice(-MOST_OUTPUT_CHARS);
