import { formatDuration } from '../core/durations.ts';
import type { Attempt, CountsResult, ReportedDiffLine, ReportedMismatch, StepResult } from '../core/events.ts';
import { pluralize } from '../core/pluralize.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import { clipLine } from './clip-line.ts';
import { formatBytes } from './format-bytes.ts';
import { OUTCOME_WORDS } from './outcome-words.ts';
import { PLAIN_STYLE, type Style } from './style.ts';

/** What a failure block is written with. */
export interface FailureFrame {
	readonly run: string;
	/** `embedded` or the executor's URL. */
	readonly executor: string;
	/** Steps of the prompt. */
	readonly stepCount: number;
	readonly counts: CountsResult;
	/** Counts line of the prompt, see `formatCounts`; `null` leaves it out. */
	readonly credit: string | null;
	/** Folder of the reports, as the user would type it; `null` when none are written. */
	readonly reportFolder: string | null;
	/** Columns of the screen, 80 or more. */
	readonly columns: number;
	/** Options with which a step runs again as it ran, ready to paste. Missing: those that name the executor. */
	readonly options?: string;
	readonly style?: Style;
}

/** Longest block: location first, next action last, the path to the rest between. */
const MOST_LINES = 40;
const LABEL_WIDTH = 10;
/** Lines of the output's end. */
const MOST_PRINTED = 5;

/**
 * Writes the block of a step that did not pass: where, what ran, what was expected and came, what it costs, what to do next.
 *
 * @returns At most 40 lines without final newlines; understandable without colour.
 */
export function formatFailure(step: StepResult, frame: FailureFrame): string[] {
	const style = frame.style ?? PLAIN_STYLE;
	const attempt = step.attempts.at(-1) ?? null;
	const write = createWriter(frame);
	// What is pasted must be whole.
	const writeWhole = createWriter({ ...frame, columns: Number.POSITIVE_INFINITY });
	const head = formatHead(step, attempt, frame, style);
	const tail = [
		...outputLines(attempt, frame, write),
		...(frame.credit === null ? [] : [write('credit', frame.credit)]),
		writeWhole('next', nextCommand(step, rerunOptions(frame))),
	];
	const before = [head, ...ranLines(step, attempt, frame, write)];
	const cause = causeLines(step, attempt, write, style);
	return [...before, ...cause.slice(0, MOST_LINES - before.length - tail.length), ...tail];
}

/** Writes one line of a block: a label of its own column, and a text that is cut at the edge of the screen. */
export type Write = (label: string, text: string) => string;

/** Makes the writer of a block's lines. */
export function createWriter({ columns, style = PLAIN_STYLE }: Pick<FailureFrame, 'columns' | 'style'>): Write {
	return (label, text) =>
		`  ${style.dim(label.padEnd(LABEL_WIDTH))}${clipLine(text, Math.max(20, columns - LABEL_WIDTH - 2))}`;
}

/** Writes the line that says what came of a step, and where it stands. */
export function formatHead(step: StepResult, attempt: Attempt | null, frame: FailureFrame, style: Style): string {
	const word = OUTCOME_WORDS[step.outcome];
	const title = `step ${step.number}/${frame.stepCount} "${clipLine(step.name, 60)}"`;
	const facts = [step.reason ?? '', formatDuration(step.durationMs), attempt?.evidence ?? ''].filter(
		(fact) => fact !== '',
	);
	const paint =
		step.outcome === 'passed'
			? style.green
			: step.outcome === 'failed' || step.outcome === 'flaky'
				? style.red
				: style.yellow;
	return `${style.bold(paint(word))}  ${style.bold(`${step.file}:${step.line}`)}  ${title}  ${facts.join('  ')}`;
}

/** Writes what ran, and where. */
export function ranLines(step: StepResult, attempt: Attempt | null, frame: FailureFrame, write: Write): string[] {
	if (!attempt) return [write('reason', step.detail ?? step.reason ?? '')];
	const lines = step.command.split('\n');
	const shown = lines.length > 3 ? [...lines.slice(0, 3), `... ${lines.length - 3} more lines`] : lines;
	const tries = step.attempts.length > 1 ? `, try ${attempt.number} of ${step.attempts.length}` : '';
	return [
		...shown.map((line, index) => write(index === 0 ? 'ran' : '', line)),
		// Wider than 80 columns with several tries: the end tells which one this is, so nothing is cut.
		createWriter({ ...frame, columns: Number.POSITIVE_INFINITY })(
			'',
			`(executor ${frame.executor}, run ${frame.run}${tries})`,
		),
		...(attempt.detail === null ? [] : [write('why', attempt.detail)]),
	];
}

function causeLines(step: StepResult, attempt: Attempt | null, write: Write, style: Style): string[] {
	if (!attempt) return [];
	return [
		...interruptionLines(attempt, write),
		...mismatchLines(attempt, write, style),
		...(step.outcome === 'unproven' ? evidenceLines(step, attempt, write) : []),
		...(step.outcome === 'infra' ? [write('counted', "no: a lost executor is not the prompt's fault")] : []),
		...(step.outcome === 'flaky' ? [write('counted', 'as a failure: it passed only when tried again')] : []),
		...leakedLines(attempt, write),
	];
}

/** Writes the limit or the pattern that ended an attempt; empty when none did. */
export function interruptionLines(attempt: Attempt, write: Write): string[] {
	const cause = attempt.interruption;
	if (cause === null) return [];
	switch (cause.kind) {
		case 'timeout':
			return [
				write(
					'limit',
					`timeout ${formatDuration(cause.limitMs)}, cancelled after ${formatDuration(attempt.durationMs)}`,
				),
				...lastOutput(attempt, write),
			];
		case 'stall':
			return [
				write(
					'limit',
					`stall ${formatDuration(cause.limitMs)}, silent for ${formatDuration(cause.lastLineAgeMs)}, then cancelled`,
				),
				write('last line', cause.lastLine ?? '(nothing was printed)'),
			];
		case 'error-pattern':
			return [
				write('pattern', `"${cause.pattern}" in line ${cause.lineNumber} of the output, then cancelled`),
				...cause.before.map((line, index) =>
					write('', `  ${pad(cause.lineNumber - cause.before.length + index)}  ${line}`),
				),
				write('', `> ${pad(cause.lineNumber)}  ${cause.line}`),
				...cause.after.map((line, index) => write('', `  ${pad(cause.lineNumber + 1 + index)}  ${line}`)),
			];
		case 'interrupted':
			return [write('counted', 'no: the run was interrupted')];
	}
}

const pad = (number: number): string => String(number).padStart(4);

/** Writes the first difference, the aligned diff and the hints; empty when output and exit code were as expected. */
export function mismatchLines(attempt: Attempt, write: Write, style: Style): string[] {
	const { mismatch } = attempt;
	if (mismatch === null) return [];
	const { firstDifference: first } = mismatch;
	const at = (line: number | null): string => (line === null ? '' : `line ${line}  `);
	const compared = first
		? [
				write('expected', `${at(first.expectedLine)}${first.expected ?? '(the end of the output)'}`),
				write('actual', `${at(first.actualLine)}${first.actual ?? '(the output ended)'}`),
			]
		: [write('expected', mismatch.matcher), write('actual', tellActual(mismatch)), ...lastOutput(attempt, write)];
	return [...compared, ...diffLines(mismatch.diff, write, style), ...mismatch.hints.map((hint) => write('hint', hint))];
}

/** A message that stands alone says what was expected, too: here the line above does. */
function tellActual({ matcher, message }: ReportedMismatch): string {
	const actual = message.replace(`, expected ${matcher}`, '');
	return actual === message ? message : `${actual.charAt(0).toLowerCase()}${actual.slice(1)}`;
}

/** Three lines of context around the first difference, then what follows, in two gutters. */
function diffLines(diff: readonly ReportedDiffLine[], write: Write, style: Style): string[] {
	const first = diff.findIndex((line) => line.kind !== 'same');
	if (first < 0) return [];
	const shown = diff.slice(Math.max(0, first - 3), first + 15);
	const lines = shown.map((line, index) => {
		const sign = line.kind === 'same' ? ' ' : line.kind === 'missing' ? '-' : '+';
		const text = write(
			index === 0 ? 'diff' : '',
			`${sign} ${pad(line.actualLine ?? line.expectedLine ?? 0)}  ${line.text}`,
		);
		const painted = line.kind === 'missing' ? style.red(text) : line.kind === 'surplus' ? style.green(text) : text;
		return shown[index] === diff[first] ? `${painted}   <- first difference` : painted;
	});
	const rest = diff.length - Math.max(0, first - 3) - shown.length;
	return rest > 0 ? [...lines, write('', `... ${rest} more lines of difference`)] : lines;
}

function evidenceLines(step: StepResult, attempt: Attempt, write: Write): string[] {
	return [
		write('evidence', `reached ${attempt.evidence}, needed ${step.evidenceNeeded}`),
		...attempt.evidenceChecks.filter(({ isOk }) => !isOk).map(({ name, detail }) => write('', `${name}: ${detail}`)),
		write('looked in', attempt.evidenceSource ?? '(no transcript)'),
		write('counted', 'no: an unproven result is no result'),
	];
}

/** Writes which processes were left behind. */
export function leakedLines(attempt: Attempt, write: Write): string[] {
	if (attempt.leaked.length === 0) return [];
	const names = attempt.leaked.slice(0, 3).map(({ pid, command }) => `${pid} ${command}`);
	const more = attempt.leaked.length > 3 ? `, ${attempt.leaked.length - 3} more` : '';
	return [write('leaked', `${attempt.leaked.length} left behind, killed: ${names.join(', ')}${more}`)];
}

function lastOutput(attempt: Attempt, write: Write): string[] {
	const text = (attempt.output.tail || attempt.output.head).trimEnd();
	if (text === '') return [write('printed', '(nothing)')];
	const lines = text.split('\n');
	const isCut = attempt.output.tail !== '' || lines.length > MOST_PRINTED;
	return [...(isCut ? [`(the last ${MOST_PRINTED} lines)`] : []), ...lines.slice(-MOST_PRINTED)].map((line, index) =>
		write(index === 0 ? 'printed' : '', line),
	);
}

/** Writes how much was printed, and which file holds it. */
export function outputLines(
	attempt: Attempt | null,
	frame: Pick<FailureFrame, 'reportFolder'>,
	write: Write,
): string[] {
	if (!attempt || attempt.output.bytes === 0) return [];
	const { bytes, stderrLines, file } = attempt.output;
	const size = write('output', `${formatBytes(bytes)}, ${pluralize(stderrLines, 'line')} on stderr`);
	if (file === null || frame.reportFolder === null) return [size];
	// A path is of no use when it is cut.
	return [size, `  ${'in full'.padEnd(LABEL_WIDTH)}${frame.reportFolder}/${file}`];
}

/** Options with which a step runs again as it ran, ready to paste; empty: it needs none. */
export const rerunOptions = ({ options, executor }: Pick<FailureFrame, 'options' | 'executor'>): string =>
	options ?? (executor === 'embedded' ? '' : `--executor ${quoteForShell(executor)}`);

/**
 * The command that goes on from this step, ready to paste: runs it again, or tells what keeps it from running.
 *
 * @param options - Of the run, ready to paste; empty: none.
 */
export const nextCommand = (step: StepResult, options = ''): string =>
	step.outcome === 'refused'
		? `verify lint ${quoteForShell(step.file)}`
		: `${rerunCommand(step)}${options === '' ? '' : ` ${options}`}`;

/** The command that runs a step. */
export const rerunCommand = ({ file, number }: Pick<StepResult, 'file' | 'number'>): string =>
	`verify ${quoteForShell(file)} --step ${number}`;
