import { type Row, ratioOf } from './rows.ts';

const HEAD = ['work', 'ours, ms', 'beside it', 'its ms', 'ratio', 'peak, MiB', 'goal', ''];

/** Prints rows as a table of markdown: min / median / max of ours and of the baseline, their ratio, and whether the goal is met. */
export function printTable(rows: readonly Row[]): void {
	const lines = [HEAD, ...rows.map(cells)];
	const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
	const show = (line: readonly string[]): string =>
		`| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const [head = '', ...body] = lines.map(show);
	console.log(['', head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body].join('\n'));
}

function cells(row: Row): readonly string[] {
	const { work, ours, beside, goal } = row;
	return [
		work,
		formatTimes(ours),
		beside?.name ?? '',
		beside ? formatTimes(beside) : '',
		beside ? ratioOf(row).toFixed(2) : '',
		ours.peakMiB === null ? '' : ours.peakMiB.toFixed(0),
		goal?.text ?? '',
		formatVerdict(row),
	];
}

/** Says whether the goal of a row is met, or by how much it is not; empty without a goal. */
export function formatVerdict(row: Row): string {
	if (row.goal === null) return '';
	const beyond = row.goal.beyond(row);
	if (Number.isNaN(beyond)) return 'not measured';
	return beyond <= 1 ? 'met' : `missed: ${beyond.toFixed(2)} times the goal`;
}

function formatTimes({ minMs, medianMs, maxMs }: Row['ours']): string {
	const digits = medianMs < 10 ? 2 : 0;
	return [minMs, medianMs, maxMs].map((ms) => ms.toFixed(digits)).join(' / ');
}
