import { formatDuration } from '../../core/durations.ts';
import type { PromptResult, StepResult } from '../../core/events.ts';
import type { Outcome } from '../../core/outcomes.ts';
import { pluralize } from '../../core/pluralize.ts';
import { formatFailure } from '../format-failure.ts';
import type { RunRecord } from '../run-record.ts';
import { cleanLine, cleanText, clipText, utf8Bytes } from './clean-text.ts';

/** How a markdown report is written. */
export interface MarkdownOptions {
	/** UTF-8 bytes; default 1,000,000, just under what GitHub takes for the summary of a step. */
	readonly mostBytes?: number;
}

const SIGNS: Readonly<Record<Outcome, string>> = {
	passed: '✅',
	failed: '❌',
	flaky: '🔁',
	unproven: '❓',
	infra: '🔌',
	refused: '🚫',
	aborted: '⏹️',
	skipped: '⏭️',
};
const WORST_FIRST: readonly Outcome[] = [
	'failed',
	'flaky',
	'unproven',
	'refused',
	'infra',
	'aborted',
	'skipped',
	'passed',
];
const MOST_BYTES = 1_000_000;
/** Room for the two sentences that say what was left out. */
const NOTE_BYTES = 500;

/**
 * Writes a run as GitHub-flavoured markdown: verdict, a table of the prompts, and the block of each step that did not pass. Foreign text
 * stands in code only, where it is neither markup, nor a mention, nor a link.
 *
 * @returns At most `mostBytes`; whole rows and whole steps are left out, the harmless first, and a note says how many.
 */
export function formatMarkdown(record: RunRecord, { mostBytes = MOST_BYTES }: MarkdownOptions = {}): string {
	const prompts = [...record.prompts].sort((a, b) => rankOf(a.outcome) - rankOf(b.outcome));
	const head = formatHead(record);
	const room = mostBytes - utf8Bytes(head) - NOTE_BYTES;
	const rows = fit(prompts, formatRow, room / 2);
	const table = [
		'| | prompt | steps | counts | stage | time |',
		'| --- | --- | --- | --- | --- | --- |',
		...rows.kept,
	].join('\n');
	const steps = prompts.flatMap((prompt) => prompt.steps.filter(isTold).map((step) => ({ prompt, step })));
	const blocks = fit(steps, ({ prompt, step }) => formatBlock(step, prompt, record), room - utf8Bytes(table));
	return [
		head,
		table,
		...noteOf(rows.left, 'more prompts are left out of this table'),
		...blocks.kept,
		...noteOf(blocks.left, 'more steps that did not pass are left out; run.json has all of them'),
	].join('\n\n');
}

const rankOf = (outcome: Outcome): number => WORST_FIRST.indexOf(outcome);

const isTold = ({ outcome, attempts }: StepResult): boolean =>
	outcome !== 'passed' && outcome !== 'skipped' && (outcome !== 'aborted' || attempts.length > 0);

function formatHead({ verdict, totals, executor, run, prompts }: RunRecord): string {
	const counted = countSteps(prompts.flatMap(({ steps }) => steps));
	const facts = [
		`${pluralize(prompts.length, 'prompt')}, steps: ${counted || 'none'}`,
		...(totals === null ? [] : [formatDuration(totals.durationMs)]),
		`executor ${code(executor.url ?? executor.kind)}`,
		`run ${code(run)}`,
	];
	return `## verify: ${verdict ?? 'unfinished'}\n\n${facts.join(' · ')}`;
}

function formatRow({ file, outcome, steps, counts, durationMs }: PromptResult): string {
	const { before, after, write } = counts;
	const show = (value: typeof before): string => (value === null ? 'none' : `${value.success}:${value.failure}`);
	const change = show(before) === show(after) ? show(after) : `${show(before)} → ${show(after)}`;
	const credit = `${change}${write === 'dry' ? ' (not written)' : write === 'refused' ? ' (refused)' : ''}`;
	const cells = [SIGNS[outcome], cell(file), countSteps(steps), credit, counts.stage ?? '', formatDuration(durationMs)];
	return `| ${cells.join(' | ')} |`;
}

function countSteps(steps: readonly StepResult[]): string {
	const counts = new Map<Outcome, number>();
	for (const { outcome } of steps) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
	return WORST_FIRST.toReversed()
		.flatMap((outcome) => (counts.has(outcome) ? [`${counts.get(outcome)} ${outcome}`] : []))
		.join(', ');
}

function formatBlock(step: StepResult, prompt: PromptResult, record: RunRecord): string {
	const lines = formatFailure(step, {
		run: record.run,
		executor: record.executor.url ?? record.executor.kind,
		stepCount: prompt.steps.at(-1)?.number ?? 0,
		counts: prompt.counts,
		credit: null,
		reportFolder: null,
		columns: 120,
	});
	const place = code(clipText(`${step.file}:${step.line}`, 300));
	return `### ${SIGNS[step.outcome]} ${place} step ${step.number} ${code(clipText(step.name, 120))}\n\n${fence(lines.join('\n'))}`;
}

/** CommonMark §4.5: a fence is longer than every run of its sign inside. */
function fence(text: string): string {
	const marks = '`'.repeat(Math.max(3, longestRun(text) + 1));
	return `${marks}text\n${cleanText(text)}\n${marks}`;
}

/** CommonMark §6.1: a code span ends with as many signs as it begins with; blanks at both ends are taken off once. */
function code(text: string): string {
	const line = cleanLine(text) || ' ';
	const longest = longestRun(line);
	const marks = '`'.repeat(longest + 1);
	return longest === 0 ? `${marks}${line}${marks}` : `${marks} ${line} ${marks}`;
}

// GFM, tables: a pipe ends a cell even inside code, unless escaped; the backslash is taken off again.
const cell = (text: string): string => code(text).replaceAll('|', '\\|');

const longestRun = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

/** Takes from the front what fits, and formats no more than that: of thousands that failed few do. */
function fit<T>(
	values: readonly T[],
	format: (value: T) => string,
	room: number,
): { readonly kept: readonly string[]; readonly left: number } {
	const kept: string[] = [];
	let used = 0;
	for (const value of values) {
		const part = format(value);
		used += utf8Bytes(part) + 2;
		if (used > room) break;
		kept.push(part);
	}
	return { kept, left: values.length - kept.length };
}

const noteOf = (left: number, text: string): string[] => (left === 0 ? [] : [`_${left} ${text}._`]);
