import type { ListItem, Paragraph, RootContent, TableCell } from 'mdast';
import { type LabelledLine, readLabelledLines } from './labelled-lines.ts';
import { MAX_DEPTH, textOf } from './node-text.ts';
import type { SourceText } from './source-text.ts';

/** The fields indented under a bullet of their own, those of the evolution history left out. */
export function nestedLines(block: RootContent, source: SourceText, depth = 0): readonly LabelledLine[] {
	if (block.type !== 'list' || depth > MAX_DEPTH) return [];
	return block.children.flatMap((item) => {
		const title = item.children[0];
		if (title?.type === 'paragraph' && /^evolution history\b/i.test(textOf(title))) return [];
		return item.children.flatMap((child) => [
			...fieldLinesOfList(child, source),
			...nestedLines(child, source, depth + 1),
		]);
	});
}

const fieldLinesOfList = (block: RootContent, source: SourceText): readonly LabelledLine[] =>
	block.type === 'list' ? fieldLines(block, source) : [];

/** The lines of a block that may be fields: list items without what is nested in them, lines of paragraphs, rows of two cells. */
export function fieldLines(block: RootContent, source: SourceText): readonly LabelledLine[] {
	if (block.type === 'paragraph') return linesOf(block, source);
	if (block.type === 'list') return block.children.flatMap((item) => itemLines(item, source));
	if (block.type !== 'table') return [];
	const [head, ...rows] = block.children;
	const [row] = rows;
	// A row of counts under a head that names them; of several rows nobody knows which is the present one.
	const isWide = rows.length === 1 && (head?.children.length ?? 0) > 2;
	const pairs = isWide
		? (head?.children ?? []).map((cell, index) => [cell, row?.children[index]] as const)
		: rows.map(({ children }) => [children[0], children[1]] as const);
	return pairs.flatMap(([label, value]) => (label && value ? [cellLine(label, value, source)] : []));
}

/** The cell is value only, also where it looks like a label, as in "N/A: no runs". */
function cellLine(label: TableCell, value: TableCell, source: SourceText): LabelledLine {
	const [line] = readLabelledLines(value.children, source);
	const place = { labelStart: source.startOf(label), valueStart: cellStart(value, source) };
	return { value: [], isMarked: true, ...place, valueEnd: line?.valueEnd ?? place.valueStart, label: textOf(label) };
}

function cellStart(cell: { readonly children: readonly RootContent[] } & RootContent, source: SourceText): number {
	const first = cell.children[0];
	return first === undefined ? source.startOf(cell) : source.startOf(first);
}

function itemLines(item: ListItem, source: SourceText): readonly LabelledLine[] {
	const paragraph = item.children.find((child) => child.type === 'paragraph');
	return paragraph?.type === 'paragraph' ? linesOf(paragraph, source) : [];
}

const linesOf = ({ children }: Paragraph, source: SourceText): readonly LabelledLine[] =>
	readLabelledLines(children, source).map((line) => splitBold(line, source));

/** `**Success: 9**` is a label with its value as well. */
function splitBold(line: LabelledLine, source: SourceText): LabelledLine {
	if (!line.isMarked || line.valueStart < line.valueEnd || !line.label?.includes(':')) return line;
	const start = line.labelStart;
	const match = /^([*_]+)([^:*_]+)(:\s+)([^*_]+?)\s*\1$/.exec(source.text.slice(start, line.valueEnd));
	if (match === null) return line;
	const [, marks = '', label = '', colon = '', value = ''] = match;
	const valueStart = start + marks.length + label.length + colon.length;
	return { ...line, label: label.trim(), valueStart, valueEnd: valueStart + value.length };
}
