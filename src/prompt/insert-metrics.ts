import { type Outline, readOutline } from './outline.ts';
import { parsePrompt } from './parse-prompt.ts';
import { parseTree } from './parse-tree.ts';
import { createSourceText, type SourceText } from './source-text.ts';
import { GRADUATION_MARK, type MetricsUpdate, updateMetrics } from './update-metrics.ts';

/** Where a section can go: before the offset stands what it must not tear apart. */
interface Gap {
	readonly offset: number;
	/** True when text that belongs to something else would follow as if it were part of the section. */
	readonly needsRule: boolean;
}

/**
 * Adds a metrics section to a prompt that has none: after the introduction under its title, else at its beginning (below front matter),
 * in the document's own line ends. Nothing else changes.
 *
 * @returns A document whose metrics read as `update`. One that has metrics already gets them updated.
 */
export function insertMetrics(source: string, update: MetricsUpdate): string {
	const { metrics } = parsePrompt(source);
	if (metrics !== null) return updateMetrics(source, metrics, update);
	const text = createSourceText(source);
	const outline = readOutline(parseTree(source));
	// What ends the introduction may be a block that is never closed: then the section would be lost in it.
	for (const gap of findGaps(outline, text)) {
		const inserted = insertAt(source, gap, update);
		const read = parsePrompt(inserted).metrics;
		if (read?.success === update.success && read.failure === update.failure) return inserted;
	}
	return insertAt(source, startGap(outline, text), update);
}

function findGaps(outline: Outline, source: SourceText): readonly Gap[] {
	const title = outline.sections.find(({ depth }) => depth === 1);
	if (title === undefined) return [];
	const next = outline.blocks[title.directEnd];
	const afterTitle = {
		offset: lineAfter(source.text, source.endOf(title.heading)),
		needsRule: title.directEnd > title.index + 1,
	};
	const afterIntroduction = { offset: next ? source.startOf(next) : source.text.length, needsRule: false };
	return [afterIntroduction, afterTitle];
}

function startGap({ blocks }: Outline, source: SourceText): Gap {
	const [first] = blocks;
	const start = source.text.startsWith('\uFEFF') ? 1 : 0;
	if (first?.type !== 'yaml') return { offset: start, needsRule: first !== undefined && first.type !== 'heading' };
	const second = blocks[1];
	return {
		offset: lineAfter(source.text, source.endOf(first)),
		needsRule: second !== undefined && second.type !== 'heading',
	};
}

function lineAfter(text: string, offset: number): number {
	const match = /\r\n|\n|\r/.exec(text.slice(offset));
	return match === null ? text.length : offset + match.index + match[0].length;
}

function insertAt(source: string, { offset, needsRule }: Gap, update: MetricsUpdate): string {
	const before = source.slice(0, offset);
	const after = source.slice(offset);
	const lineEnd = /\r\n|\n|\r/.exec(source)?.[0] ?? '\n';
	const { success, failure, date, isGraduated } = update;
	const lines = [
		'## 📊 TASK METRICS & HISTORY',
		'',
		`- **Success**: ${success}`,
		`- **Failure**: ${failure}`,
		`- **Success/Failure Ratio**: ${success}:${failure}${isGraduated ? GRADUATION_MARK : ' (Requires 10:1 to graduate)'}`,
		`- **Last Updated**: ${date}`,
		...(needsRule ? ['', '---'] : []),
	];
	return before + leadIn(before, lineEnd) + lines.join(lineEnd) + leadOut(after, lineEnd) + after;
}

/** One blank line between what stands before and the section. */
function leadIn(before: string, lineEnd: string): string {
	if (before === '' || before === '\uFEFF' || /(?:\n|\r(?!\n))[ \t]*(?:\r?\n|\r)[ \t]*$/.test(before)) return '';
	return /[\r\n][ \t]*$/.test(before) ? lineEnd : lineEnd + lineEnd;
}

function leadOut(after: string, lineEnd: string): string {
	if (after.trim() === '') return after === '' ? lineEnd : '';
	return /^[ \t]*[\r\n]/.test(after) ? lineEnd : lineEnd + lineEnd;
}
