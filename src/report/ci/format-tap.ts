import type { PromptResult, StepResult } from '../../core/events.ts';
import { describeStep, firstDifference } from '../describe-step.ts';
import { nextCommand } from '../format-failure.ts';
import type { RunRecord } from '../run-record.ts';
import { cleanLine, cleanText, clipText } from './clean-text.ts';

/**
 * Writes a run as TAP 14: a subtest for each prompt, a test point for each step, YAML beside those that did not pass. Skipped and
 * interrupted steps carry `# SKIP`; a lost executor or an interruption ends the stream with `Bail out!`.
 *
 * @see https://testanything.org/tap-version-14-specification.html
 */
export function formatTap(record: RunRecord): string {
	const lines = record.prompts.flatMap((prompt, index) => formatPromptTest(prompt, index + 1));
	const bailOut = formatBailOut(record);
	// A plan of nothing would end the stream before it.
	const plan = lines.length === 0 && bailOut.length > 0 ? [] : [`1..${record.prompts.length}`];
	return `${['TAP version 14', ...plan, ...lines, ...bailOut].join('\n')}\n`;
}

function formatPromptTest(prompt: PromptResult, number: number): string[] {
	const { steps, file, outcome } = prompt;
	const plan = steps.length === 0 ? '1..0 # SKIP no steps' : `1..${steps.length}`;
	const isSkipped = outcome === 'skipped' || outcome === 'aborted';
	const result = outcome === 'passed' || isSkipped ? 'ok' : 'not ok';
	return [
		`# Subtest: ${describe(file)}`,
		...indent([plan, ...steps.flatMap((step, index) => formatStep(step, index + 1))]),
		`${result} ${number} - ${describe(file)}${isSkipped ? ` # SKIP ${outcome}` : ''}`,
	];
}

function formatStep(step: StepResult, number: number): string[] {
	const name = describe(`${step.number} ${step.name}`);
	if (step.outcome === 'skipped' || step.outcome === 'aborted')
		return [`ok ${number} - ${name} # SKIP ${describe(describeStep(step))}`];
	const isPassed = step.outcome === 'passed';
	return [`${isPassed ? 'ok' : 'not ok'} ${number} - ${name}`, ...formatDiagnostics(step, isPassed)];
}

/** JSON strings are YAML's quoted strings: nothing inside of them can end the block. YAML 1.2 §7.3.1 */
function formatDiagnostics(step: StepResult, isPassed: boolean): string[] {
	const difference = firstDifference(step);
	const facts: Readonly<Record<string, string | number | undefined>> = isPassed
		? { duration_ms: step.durationMs }
		: {
				message: describeStep(step),
				severity: step.outcome === 'infra' ? 'todo' : 'fail',
				outcome: step.outcome,
				reason: step.reason ?? undefined,
				file: step.file,
				line: step.line,
				expected: difference?.expected,
				actual: difference?.actual,
				next: nextCommand(step),
				duration_ms: step.durationMs,
			};
	const rows = Object.entries(facts).flatMap(([key, value]) =>
		value === undefined
			? []
			: [`${key}: ${typeof value === 'number' ? value : JSON.stringify(clipText(cleanText(value), 4000))}`],
	);
	return ['  ---', ...rows.map((row) => `  ${row}`), '  ...'];
}

function formatBailOut(record: RunRecord): string[] {
	if (record.verdict === 'interrupted') return ['Bail out! interrupted'];
	const lost = record.prompts.flatMap(({ steps }) => steps).find(({ reason }) => reason === 'executor-lost');
	return lost ? [`Bail out! ${describe(describeStep(lost))}`] : [];
}

/** Description or reason on one line; `#` would begin a directive, `{` at the end a subtest of an older dialect. */
const describe = (text: string): string =>
	clipText(cleanLine(text), 300).replace(/[\\#]/g, '\\$&').replace(/\{$/, '{ ');

const indent = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
