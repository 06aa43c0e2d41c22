import type { Span } from '../core/places.ts';
import type { Field, Metrics, MetricsDialect } from './prompt.ts';
import { findGraduationMark, findTarget, formatRatio } from './ratio.ts';

/** What the metrics of a prompt shall say. */
export interface MetricsUpdate {
	readonly success: number;
	readonly failure: number;
	/** `YYYY-MM-DD`. */
	readonly date: string;
	/** `HH:MM:SS`, for prompts that write a time beside the date; absent: a time that stands there becomes midnight. */
	readonly time?: string;
	/** Puts the graduation mark, or takes it away. */
	readonly isGraduated: boolean;
}

interface Edit {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/**
 * Writes counts, ratio, date, status and mark into a prompt by replacing their characters alone: every other byte stays, line ends,
 * byte order mark, trailing blanks and a missing final newline among them.
 *
 * @param metrics - As read from exactly this `source`.
 * @returns The new document; parsed again, it has the counts of `update`.
 */
export function updateMetrics(source: string, metrics: Metrics, update: MetricsUpdate): string {
	const edits = [
		...number(metrics.successField, update.success),
		...number(metrics.failureField, update.failure),
		// The total of a task list is the number of its tasks, not of its runs.
		...(metrics.dialect === 'TL-list' ? [] : number(metrics.totalField, update.success + update.failure)),
		...ratio(metrics, update),
		...remark(metrics, update),
		...fraction(metrics, update),
		...date(metrics.lastUpdatedField, update),
		...status(metrics, update),
	];
	return splice(source, edits);
}

/**
 * Puts the graduation mark or takes it away, and touches nothing else: no count, no date.
 *
 * @param metrics - As read from exactly this `source`.
 * @returns The new document; the same one when it says so already, or has no place for a mark.
 */
export function updateMark(source: string, metrics: Metrics, isGraduated: boolean): string {
	const { success, failure, isGraduationClaimed } = metrics;
	if (isGraduationClaimed === isGraduated || success === null || failure === null) return source;
	const update = { success, failure, date: '', isGraduated };
	return splice(source, [...remark(metrics, update), ...status(metrics, update)]);
}

function splice(source: string, edits: readonly Edit[]): string {
	const parts: string[] = [];
	let at = 0;
	for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
		parts.push(source.slice(at, edit.start), edit.text);
		at = edit.end;
	}
	return parts.join('') + source.slice(at);
}

const replace = ({ start, end }: Span, text: string): Edit => ({ start: start.offset, end: end.offset, text });

/** A number that says the same already keeps its characters, such as leading zeros. */
const number = (field: Field<number> | null, value: number): readonly Edit[] =>
	field === null || field.value === value ? [] : [replace(field.span, String(value))];

function ratio(metrics: Metrics, update: MetricsUpdate): readonly Edit[] {
	const { ratioField, ratioForm } = metrics;
	if (ratioField === null || ratioForm === null) return [];
	const total = ratioForm === 'percentage' ? wholeOf(metrics, update) : undefined;
	const text = formatRatio(ratioForm, update, { present: ratioField.text, ...(total !== undefined && { total }) });
	return [replace(ratioField.span, text)];
}

/**
 * A task list's rate is of finished and failed tasks. Some lists show it of all their tasks: they go on so, as long as the
 * successes fit into that number.
 */
function wholeOf({ totalField, ratioField, success, failure }: Metrics, update: MetricsUpdate): number {
	const finished = update.success + update.failure;
	if (totalField === null || ratioField === null || success === null || failure === null) return finished;
	if (totalField.value === 0 || update.success > totalField.value) return finished;
	const shown = ratioField.text;
	const isOfAll =
		formatRatio('percentage', { success, failure }, { present: shown, total: totalField.value }) === shown;
	const isOfFinished = formatRatio('percentage', { success, failure }, { present: shown }) === shown;
	return isOfAll && !isOfFinished ? totalField.value : finished;
}

/** What follows the ratio of a prompt that may be trusted. */
export const GRADUATION_MARK = ' ✅ GRADUATED!';

const TARGETS: Readonly<Record<MetricsDialect, string>> = {
	'TM-list': ' (Requires 10:1 to graduate)',
	'TM-uuid': ' (Target: 10:1 to graduate)',
	'TM-table': ' (Requires 10:1 to graduate)',
	'EM-list': ' (Requires 10:1 to graduate)',
	'GM-list': ' (need 10:1 to graduate)',
	'status-list': ' (need 10:1 to graduate)',
	'TL-list': '',
};

/** The mark takes the target's place and the other way round; any other remark stays, with the mark behind it. */
function remark({ remarkField, dialect }: Metrics, { isGraduated }: MetricsUpdate): readonly Edit[] {
	if (remarkField === null || dialect === 'TL-list') return [];
	const start = remarkField.span.start.offset;
	const { text } = remarkField;
	const mark = findGraduationMark(text);
	const target = findTarget(text);
	if (isGraduated && mark === null) {
		if (target === null) return [{ start: start + text.length, end: start + text.length, text: GRADUATION_MARK }];
		const from = text.slice(0, target.start).trimEnd().length;
		return [{ start: start + from, end: start + target.end, text: GRADUATION_MARK }];
	}
	if (!isGraduated && mark !== null) {
		return [{ start: start + mark.start, end: start + mark.end, text: target === null ? TARGETS[dialect] : '' }];
	}
	return [];
}

/** `80% (8/10)` says the counts once more; only where they are the counts, they follow. */
function fraction({ ratioForm, remarkField, success, failure }: Metrics, update: MetricsUpdate): readonly Edit[] {
	const match = /^(\s*\()(\d+)(\s?\/\s?| of | out of )(\d+)(?=\D)/.exec(remarkField?.text ?? '');
	if (ratioForm !== 'percentage' || remarkField === null || match === null) return [];
	const [, lead = '', part, link = '', whole = ''] = match;
	if (Number(part) !== success || Number(whole) !== success + (failure ?? 0)) return [];
	const start = remarkField.span.start.offset + lead.length;
	const end = start + match[0].length - lead.length;
	return [{ start, end, text: `${update.success}${link}${update.success + update.failure}` }];
}

const ISO = /^\d{4}([-/.])\d\d\1\d\d(?:([ T]+)\d\d:\d\d(:\d\d)?)?$/;
const PLACEHOLDER = /^(?:Y{4}([-/.])MM\1DD(?:([ T]+)HH:MM(:SS)?)?|\[[^\]]*\]|tbd|never|n\/a|none|-|–|—)$/i;
const IN_WORDS = /^(?:\d{1,2}\.? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:\d{1,2},? )?\d{4}$/i;

function date(field: Field<string> | null, { date: day, time = '00:00:00' }: MetricsUpdate): readonly Edit[] {
	if (field === null) return [];
	const match = ISO.exec(field.text) ?? PLACEHOLDER.exec(field.text) ?? IN_WORDS.exec(field.text);
	if (match === null) return [];
	const [, separator = '-', gap, seconds] = match;
	const clock = gap === undefined ? '' : gap + (seconds === undefined ? time.slice(0, 5) : time);
	return [replace(field.span, day.replaceAll('-', separator) + clock)];
}

/** Only words that tell the progress of a prompt are touched. */
function status(metrics: Metrics, update: MetricsUpdate): readonly Edit[] {
	const { statusField: field, ratioField } = metrics;
	if (field === null) return [];
	const isMarked = findGraduationMark(field.text) !== null;
	if (update.isGraduated) return isMarked || !isProgress(field.text) ? [] : [replace(field.span, '✅ Graduated')];
	if (isMarked) return [replace(field.span, 'In Progress')];
	if (/^(?:not started|\[[^\]]*progress[^\]]*\])$/i.test(field.text)) {
		return update.success + update.failure > 0 ? [replace(field.span, 'In Progress')] : [];
	}
	// `In Progress (50% Complete)` repeats the rate.
	const rate = /^in progress \((\d+(?:\.\d+)?\s?%) complete\)$/i.exec(field.text)?.[1];
	if (rate === undefined || rate !== ratioField?.text) return [];
	const [edit] = ratio(metrics, update);
	const start = field.span.start.offset + field.text.indexOf(rate);
	return edit ? [{ start, end: start + rate.length, text: edit.text }] : [];
}

const isProgress = (text: string): boolean =>
	/^[^\p{L}[]*(?:\[[^\]]*progress[^\]]*\]|not started|in progress\b.*|(?:in |under )?development|pending|not (?:yet )?graduated)\W*$/iu.test(
		text,
	);
