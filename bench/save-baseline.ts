import { writeFile } from 'node:fs/promises';
import type { Machine } from './describe-machine.ts';
import type { Figures } from './measure.ts';
import { formatVerdict } from './print-table.ts';
import { type Row, ratioOf } from './rows.ts';

/** Writes what was measured, and on what, as JSON: later figures are held against it. */
export async function saveBaseline(path: string, machine: Machine, rows: readonly Row[]): Promise<void> {
	const round = (value: number): number => Number(value.toPrecision(4));
	const figuresOf = ({ name, minMs, medianMs, maxMs, peakMiB }: Figures) => ({
		name,
		minMs: round(minMs),
		medianMs: round(medianMs),
		maxMs: round(maxMs),
		peakMiB: peakMiB === null ? null : round(peakMiB),
	});
	const figures = rows.map((row) => ({
		work: row.work,
		ours: figuresOf(row.ours),
		beside: row.beside && figuresOf(row.beside),
		ratio: row.beside && round(ratioOf(row)),
		goal: row.goal?.text ?? null,
		verdict: formatVerdict(row) || null,
	}));
	await writeFile(
		path,
		`${JSON.stringify({ machine, measuredOn: new Date().toISOString().slice(0, 10), figures }, null, '\t')}\n`,
	);
}
