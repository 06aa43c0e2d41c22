import type { ReportedOutput } from '../core/events.ts';
import type { ObservedOutput } from '../expect/verdict.ts';

/** What is known of an output beside what was kept of it. */
export type OutputTotals = Pick<ReportedOutput, 'bytes' | 'droppedBytes' | 'sha256'>;

const EXCERPT = 4096;

/**
 * Tells what a report shows of an output: head and tail, 4,096 characters each.
 *
 * @param keep - Puts all of it into a file of its own; `null`: nobody will look for it.
 */
export async function reportOutput(
	{ combined, stderr }: ObservedOutput,
	totals: OutputTotals,
	keep: ((text: string) => Promise<string | null>) | null,
): Promise<ReportedOutput> {
	const isShort = combined.length <= EXCERPT;
	const { bytes, droppedBytes, sha256 } = totals;
	return {
		bytes,
		droppedBytes,
		sha256,
		head: combined.slice(0, EXCERPT),
		tail: isShort ? '' : combined.slice(Math.max(EXCERPT, combined.length - EXCERPT)),
		stderrLines: stderr === '' ? 0 : stderr.replace(/\n$/, '').split('\n').length,
		file: combined === '' ? null : ((await keep?.(combined)) ?? null),
	};
}
