import { readFile, writeFile } from 'node:fs/promises';
import type { Machine } from './describe-machine.ts';
import type { Figures } from './measure.ts';
import { formatVerdict } from './print-table.ts';
import { type Row, ratioOf } from './rows.ts';

/** What the file holds. */
interface Baseline {
	readonly machine: Omit<Machine, 'loadBefore'>;
	readonly figures: readonly (ReturnType<typeof toFigure> & {
		readonly measuredOn: string;
		readonly loadBefore: number;
	})[];
}

/** Writes what was measured, and on what, as JSON, for later figures to be held against. Work that was not measured this time keeps the figures of this machine. */
export async function saveBaseline(path: string, machine: Machine, rows: readonly Row[]): Promise<void> {
	const before = await readFile(path, 'utf8').then(
		(text) => JSON.parse(text) as Baseline,
		() => null,
	);
	const { loadBefore, ...fixed } = machine;
	const isSameMachine = JSON.stringify(before?.machine) === JSON.stringify(fixed);
	const figures = new Map(isSameMachine ? before?.figures.map((figure) => [figure.work, figure]) : []);
	const measuredOn = new Date().toISOString().slice(0, 10);
	for (const row of rows) figures.set(row.work, { ...toFigure(row), measuredOn, loadBefore });
	await writeFile(path, `${JSON.stringify({ machine: fixed, figures: [...figures.values()] }, null, '\t')}\n`);
}

function toFigure(row: Row) {
	return {
		work: row.work,
		ours: roundFigures(row.ours),
		beside: row.beside && roundFigures(row.beside),
		ratio: row.beside && round(ratioOf(row)),
		goal: row.goal?.text ?? null,
		verdict: formatVerdict(row) || null,
	};
}

const roundFigures = ({ name, minMs, medianMs, maxMs, peakMiB }: Figures): Figures => ({
	name,
	minMs: round(minMs),
	medianMs: round(medianMs),
	maxMs: round(maxMs),
	peakMiB: peakMiB === null ? null : round(peakMiB),
});

const round = (value: number): number => Number(value.toPrecision(4));
