import type { Table, TableCell } from 'mdast';
import { type LabelledLine, leadOf, readLabelledLines } from './labelled-lines.ts';
import { readStepLabel } from './labels.ts';
import { textOf } from './node-text.ts';
import type { SourceText } from './source-text.ts';

/** Tells a table with columns for both commands and expectations. */
export function hasCommandColumns({ children: [head] }: Table): boolean {
	const kinds = (head?.children ?? []).map((cell) => kindOf(labelOf(cell)));
	return kinds.includes('command') && kinds.includes('expected');
}

/**
 * Reads a table as lines with labels: those of its columns, where it has columns for commands and expectations; else the first of two
 * cells, where one of them is the label of a command. Other tables are for people.
 */
export function readLabelledCells(table: Table, source: SourceText): readonly LabelledLine[] {
	const [head, ...rows] = table.children;
	const pairs = hasCommandColumns(table)
		? rows.flatMap(({ children }) => children.map((cell, index) => [head?.children[index], cell] as const))
		: table.children.flatMap(({ children: [name, cell, ...others] }) =>
				others.length > 0 ? [] : [[name, cell] as const],
			);
	if (!pairs.some(([name, cell]) => holdsCommand(name, cell))) return [];
	return pairs.flatMap(([name, cell]) =>
		name === undefined || cell === undefined || kindOf(labelOf(name)) === null ? [] : readCell(name, cell, source),
	);
}

const holdsCommand = (name: TableCell | undefined, cell: TableCell | undefined): boolean =>
	name !== undefined &&
	kindOf(labelOf(name)) === 'command' &&
	(cell?.children.some(({ type }) => type === 'inlineCode') ?? false);

function readCell(name: TableCell, cell: TableCell, source: SourceText): readonly LabelledLine[] {
	const [line] = readLabelledLines(cell.children, source);
	if (line === undefined) return [];
	// The cell is value only, also where it looks like a label.
	const value = line.label === null ? line.value : [leadOf(line), ...line.value];
	return [{ ...line, label: labelOf(name), value, isMarked: false, labelStart: source.startOf(name) }];
}

const labelOf = (cell: TableCell): string => textOf(cell).replace(/\s*[:：]$/, '');

const kindOf = (label: string): string | null => readStepLabel(label, false)?.kind ?? null;
