import type { RootContent } from 'mdast';
import type { Diagnostic } from '../core/places.ts';
import type { LabelledLine } from './labelled-lines.ts';
import { createFinding } from './lint-rules.ts';
import { fieldLines, nestedLines } from './metrics-lines.ts';
import { directBlocks, type Outline, type Section } from './outline.ts';
import type { Field, Metrics, MetricsDialect } from './prompt.ts';
import { findGraduationMark, findTarget, type RatioValue, readRatio } from './ratio.ts';
import type { SourceText } from './source-text.ts';

type FieldName = 'success' | 'failure' | 'total' | 'ratio' | 'lastUpdated' | 'status' | 'uuid';

const FIELD_BY_LABEL: ReadonlyMap<string, FieldName> = new Map([
	['success', 'success'],
	['successes', 'success'],
	['success count', 'success'],
	['total successes', 'success'],
	['completed successfully', 'success'],
	['failure', 'failure'],
	['failures', 'failure'],
	['failure count', 'failure'],
	['total failures', 'failure'],
	['failed & improved', 'failure'],
	['failed and improved', 'failure'],
	['total executions', 'total'],
	['total runs', 'total'],
	['total tasks', 'total'],
	['success/failure ratio', 'ratio'],
	['success / failure ratio', 'ratio'],
	['success:failure ratio', 'ratio'],
	['success to failure ratio', 'ratio'],
	['success-to-failure ratio', 'ratio'],
	['success ratio', 'ratio'],
	['current success rate', 'ratio'],
	['last updated', 'lastUpdated'],
	['last update', 'lastUpdated'],
	['last run', 'lastUpdated'],
	['last verified', 'lastUpdated'],
	['status', 'status'],
	['last uuid', 'uuid'],
]);

/** Ratios only where no line of a better name is one, and only beside the counts or with counts of their own. */
const WEAK_RATIOS: ReadonlySet<string> = new Set(['ratio', 'success rate']);

const METRICS_TITLE = /\bmetrics\b|^current (status|score)$/i;

/** The fields of one section, first come first served. */
interface Found {
	readonly section: Section;
	readonly carrier: 'list' | 'table';
	readonly lines: ReadonlyMap<FieldName, LabelledLine>;
	readonly labels: ReadonlySet<string>;
}

/**
 * Reads the live metrics of a document. The first section with counters is the one that counts; samples in fences and comments are none.
 *
 * @param evolutionRows - As counted by the history reader.
 */
export function readMetrics(
	outline: Outline,
	source: SourceText,
	evolutionRows: number,
): { metrics: Metrics | null; problems: readonly Diagnostic[] } {
	const candidates = outline.sections
		.filter((section) => METRICS_TITLE.test(section.title))
		.map((section) => findFields(outline, section, source))
		.filter((found) => isMetrics(found));
	const [first, ...others] = candidates;
	if (first === undefined) return { metrics: null, problems: [] };
	const metrics = toMetrics(first, outline, source, evolutionRows);
	const duplicates = others.map(({ section }) =>
		createFinding('duplicate-metrics', source.spanOf(section.heading), {
			message: `A second metrics section: counts are read from and written to the first, "${first.section.title}"`,
			advice: 'Keep one metrics section',
		}),
	);
	return { metrics, problems: [...checkNumbers(first, metrics, source), ...checkAgreement(metrics), ...duplicates] };
}

/**
 * Finds counts under a heading that makes them none, so that nobody waits for them to change.
 *
 * @returns At most one problem: that of the first such section.
 */
export function findUnreadMetrics(outline: Outline, source: SourceText): readonly Diagnostic[] {
	if (!/\bsuccess/i.test(source.text) || !/\bfailure/i.test(source.text)) return [];
	for (const section of outline.sections) {
		const { lines } = findFields(outline, section, source);
		const line = lines.get('ratio') ?? lines.get('success');
		const isCounter =
			(numberField(lines.get('success'), source) !== null && numberField(lines.get('failure'), source) !== null) ||
			(line !== undefined && readRatio(restOfLine(line, source))?.form === 'counts');
		if (line === undefined || !isCounter) continue;
		return [
			createFinding('unread-metrics', source.span(line.labelStart, line.valueEnd), {
				message: `Counts stand under "${section.title}", which is no metrics section: they are neither read nor written`,
				advice: 'Put `METRICS` into the heading above them',
			}),
		];
	}
	return [];
}

const isMetrics = ({ lines, section }: Found): boolean =>
	(lines.has('ratio') && !/^current (status|score)$/i.test(section.title)) ||
	(lines.has('success') && lines.has('failure'));

function findFields(outline: Outline, section: Section, source: SourceText): Found {
	const lines = new Map<FieldName, LabelledLine>();
	const labels = new Set<string>();
	let carrier: Found['carrier'] = 'list';
	const weakRatios: LabelledLine[] = [];
	const add = (line: LabelledLine, block: RootContent): void => {
		const label = (line.label ?? '').toLowerCase().replace(/\s+/g, ' ');
		if (WEAK_RATIOS.has(label)) weakRatios.push(line);
		const name = FIELD_BY_LABEL.get(label);
		if (name === undefined || lines.has(name)) return;
		if (lines.size === 0 && block.type === 'table') carrier = 'table';
		lines.set(name, line);
		labels.add(label);
	};
	const blocks = directBlocks(outline, section);
	for (const block of blocks) for (const line of fieldLines(block, source)) add(line, block);
	// Fields may be indented under a bullet of their own; what stands further out comes first.
	for (const block of blocks) for (const line of nestedLines(block, source)) add(line, block);
	const weak = weakRatios.find((line) => isRatio(line, lines, source));
	if (weak !== undefined && !lines.has('ratio')) lines.set('ratio', weak);
	return { section, carrier, lines, labels };
}

function isRatio(line: LabelledLine, lines: Found['lines'], source: SourceText): boolean {
	const ratio = readRatio(restOfLine(line, source));
	if (ratio === null) return false;
	if (lines.has('success') && lines.has('failure')) return true;
	const remark = restOfLine(line, source).slice(ratio.remarkStart);
	const isCounter = lines.has('lastUpdated') || findTarget(remark) !== null || findGraduationMark(remark) !== null;
	return ratio.form === 'counts' && isCounter;
}

function toMetrics(found: Found, outline: Outline, source: SourceText, evolutionRows: number): Metrics {
	const field = (name: FieldName): LabelledLine | undefined => found.lines.get(name);
	const successField = numberField(field('success'), source);
	const failureField = numberField(field('failure'), source);
	const ratioLine = field('ratio');
	const rest = ratioLine && restOfLine(ratioLine, source);
	const ratio = rest === undefined ? null : readRatio(rest, successField?.value, failureField?.value);
	const place = (start: number, end: number) => textField((ratioLine?.valueStart ?? 0) + start, end - start, source);
	const remarkField = ratio && rest !== undefined ? place(ratio.remarkStart, rest.length) : null;
	const statusField = wholeField(field('status'), source);
	const last = outline.blocks[found.section.end - 1];
	return {
		dialect: nameDialect(found),
		span: source.span(source.startOf(found.section.heading), last ? source.endOf(last) : 0),
		success: successField?.value ?? ownCount(field('success'), ratio?.success),
		failure: failureField?.value ?? ownCount(field('failure'), ratio?.failure),
		successField,
		failureField,
		totalField: numberField(field('total'), source),
		ratioField: ratio && place(ratio.start, ratio.end),
		ratioForm: ratio?.form ?? null,
		ratioText: rest ?? null,
		remarkField,
		lastUpdatedField: dateField(field('lastUpdated'), source),
		statusField,
		isGraduationClaimed:
			findGraduationMark(remarkField?.value ?? '') !== null || findGraduationMark(statusField?.value ?? '') !== null,
		evolutionRows,
	};
}

/** The ratio stands in only where the prompt has no field of its own: a field with words is an error, not a 0. */
const ownCount = (line: LabelledLine | undefined, fromRatio: number | null | undefined): number | null =>
	line === undefined ? (fromRatio ?? null) : null;

const restOfLine = (line: LabelledLine, source: SourceText): string =>
	source.text.slice(line.valueStart, line.valueEnd);

function nameDialect({ section, carrier, lines, labels }: Found): MetricsDialect {
	if (/task list/i.test(section.title) || labels.has('completed successfully')) return 'TL-list';
	if (carrier === 'table') return 'TM-table';
	if (lines.has('uuid')) return 'TM-uuid';
	if (/^execution metrics/i.test(section.title)) return 'EM-list';
	if (/^current status/i.test(section.title)) return 'status-list';
	if (/gamification|^current score/i.test(section.title)) return 'GM-list';
	return labels.has('success ratio') ? 'GM-list' : 'TM-list';
}

function textField(start: number, length: number, source: SourceText): Field<string> {
	const text = source.text.slice(start, start + length);
	return { value: text, text, span: source.span(start, start + length) };
}

function numberField(line: LabelledLine | undefined, source: SourceText): Field<number> | null {
	if (line === undefined) return null;
	const match = /^([*_`]*)(\d{1,15})(?![\d.,%:/]*\d|%)/.exec(restOfLine(line, source));
	if (match === null) return null;
	const field = textField(line.valueStart + (match[1]?.length ?? 0), match[2]?.length ?? 0, source);
	return { ...field, value: Number(field.text) };
}

function wholeField(line: LabelledLine | undefined, source: SourceText): Field<string> | null {
	return line && line.valueEnd > line.valueStart
		? textField(line.valueStart, line.valueEnd - line.valueStart, source)
		: null;
}

const DATE_AND_TIME =
	/^[*_`]*((?:\d{4}|Y{4})([-/.])(?:\d\d|MM)\2(?:\d\d|DD)(?:[ T]+(?:\d\d|HH):(?:\d\d|MM)(?::(?:\d\d|SS))?)?)/;

/** A date or its placeholder without what follows it; other words as a whole. */
function dateField(line: LabelledLine | undefined, source: SourceText): Field<string> | null {
	const whole = wholeField(line, source);
	const match = whole && DATE_AND_TIME.exec(whole.text);
	const date = match?.[1];
	if (!whole || !match || date === undefined) return whole;
	return textField(whole.span.start.offset + match[0].length - date.length, date.length, source);
}

function checkNumbers(found: Found, metrics: Metrics, source: SourceText): readonly Diagnostic[] {
	const missing: FieldName[] = [];
	if (metrics.success === null) missing.push(found.lines.has('success') ? 'success' : 'ratio');
	if (metrics.failure === null) missing.push(found.lines.has('failure') ? 'failure' : 'ratio');
	return [...new Set(missing)].map((name) => {
		const line = found.lines.get(name);
		const span = line ? source.span(line.labelStart, line.valueEnd) : source.spanOf(found.section.heading);
		const shown = line ? restOfLine(line, source) : '';
		return createFinding('metrics-not-a-number', span, {
			message: line
				? `No number can be read from "${line.label}: ${shown}", so nothing can be counted`
				: 'The metrics have no counts that can be read',
			advice: name === 'ratio' ? 'Write the counts as `0:0`' : 'Write a number, such as `0`',
		});
	});
}

function checkAgreement(metrics: Metrics): readonly Diagnostic[] {
	const { success, failure, totalField, ratioField } = metrics;
	if (success === null || failure === null) return [];
	const problems: Diagnostic[] = [];
	const stale = ratioField && isStale(metrics, success, failure);
	if (ratioField && stale) {
		problems.push(
			createFinding('counts-disagree', ratioField.span, {
				message: `The ratio says ${ratioField.text}, the counts ${success} and ${failure}`,
				advice: 'Correct the ratio; the next run writes it anew from the counts',
			}),
		);
	}
	if (totalField && metrics.dialect !== 'TL-list' && totalField.value !== success + failure) {
		problems.push(
			createFinding('counts-disagree', totalField.span, {
				message: `The total says ${totalField.text}, the counts ${success} and ${failure} make ${success + failure}`,
				advice: 'Correct the total; the next run writes it anew from the counts',
			}),
		);
	}
	return problems;
}

function isStale(metrics: Metrics, success: number, failure: number): boolean {
	const ratio: RatioValue | null = metrics.ratioText === null ? null : readRatio(metrics.ratioText, success, failure);
	if (ratio === null || ratio.form === 'percentage') return false;
	if (ratio.form === 'not-available') return success + failure > 0;
	const [left = 0, right = 0] = (metrics.ratioField?.text ?? '').split(':').map(Number);
	if (left === success && right === failure) return false;
	// A quotient is rounded, in the wild to one decimal: 4 and 3 is written 1.3:1.
	return failure === 0 || right === 0 || Math.abs(left / right - success / failure) > 0.05 * (success / failure || 1);
}
