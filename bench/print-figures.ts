import type { Figures } from './measure.ts';

/** A program measured against its baseline. */
export interface Comparison {
	readonly title: string;
	/** The baseline first. */
	readonly figures: readonly Figures[];
	/** What the ratio of medians, ours to baseline, is to reach. */
	readonly goal?: string;
}

/** Prints a comparison as a table: times in milliseconds, the ratio of each median to the first one's. */
export function printComparison({ title, figures, goal }: Comparison): void {
	console.log(`\n${title}${goal === undefined ? '' : `   (goal: ${goal})`}`);
	const [baseline] = figures;
	for (const { name, minMs, medianMs, maxMs, peakMiB } of figures) {
		const ratio = baseline ? medianMs / baseline.medianMs : Number.NaN;
		const numbers = [minMs, medianMs, maxMs].map((ms) => ms.toFixed(0).padStart(8)).join('');
		const peak = peakMiB === null ? '' : `${peakMiB.toFixed(0).padStart(6)} MiB`;
		console.log(`  ${name.padEnd(46)}${numbers} ms${ratio.toFixed(2).padStart(8)} x${peak}`);
	}
}
