import type { Figures } from './measure.ts';

/** One line of the table: a piece of work, and what does it beside us. */
export interface Row {
	readonly work: string;
	readonly ours: Figures;
	/** The baseline, measured in turn with ours; `null`: there is none, the goal is absolute. */
	readonly beside: Figures | null;
	/** `null`: told, not judged. */
	readonly goal: Goal | null;
}

/** What a row is to reach. */
export interface Goal {
	/** As the table shows it. */
	readonly text: string;
	/**
	 * @returns By which factor the row is beyond its goal; 1 or less: it is met.
	 */
	beyond(row: Row): number;
}

/** How fast a suite is to be measured, and on how much. */
export interface Extent {
	/** Counted runs of each program. */
	readonly runs: number;
	/** The large sizes too: 10,000 steps, 10,000 prompts, 2 GiB of transcripts. */
	readonly isFull: boolean;
}

/** Median of ours by that of the baseline; `NaN` without one. */
export const ratioOf = ({ ours, beside }: Row): number => (beside ? ours.medianMs / beside.medianMs : Number.NaN);

/** The ratio of the medians is to stay at or below `most`. */
export const ratioAtMost = (most: number): Goal => ({
	text: `≤ ${most} x`,
	beyond: (row) => ratioOf(row) / most,
});

/** The median is to stay within `mostMs` of the baseline's. */
export const addedAtMost = (mostMs: number): Goal => ({
	text: `≤ +${mostMs} ms`,
	beyond: ({ ours, beside }) => (ours.medianMs - (beside?.medianMs ?? 0)) / mostMs,
});

/** The median is to stay at or below `mostMs`. */
export const msAtMost = (mostMs: number): Goal => ({
	text: `≤ ${mostMs} ms`,
	beyond: ({ ours }) => ours.medianMs / mostMs,
});

/** The largest resident memory of all runs is to stay below `mostMiB`. */
export const peakBelow = (mostMiB: number): Goal => ({
	text: `< ${mostMiB} MiB`,
	beyond: ({ ours }) => (ours.peakMiB ?? Number.NaN) / mostMiB,
});

/** `megabytes` are to be through at this rate or a higher one, by the median. */
export const rateAtLeast = (leastPerSecond: number, megabytes: number): Goal => ({
	text: `≥ ${leastPerSecond} MB/s`,
	beyond: ({ ours }) => leastPerSecond / ((megabytes / ours.medianMs) * 1000),
});
