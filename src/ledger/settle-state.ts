import type { Counts } from '../core/outcomes.ts';
import { deriveTotals } from './audit-counts.ts';
import { type RunTally, sumCounts, tallyRuns } from './audit-tally.ts';
import type { PlacedRecord, RunEnd, SettleState } from './ledger.ts';

/**
 * Derives what a run may write into its prompt at its end.
 *
 * @param records - Of the whole ledger, without the `settled` of this run.
 */
export function deriveSettleState(records: readonly PlacedRecord[], end: RunEnd): SettleState {
	const before = deriveTotals(records, tallyRuns(records));
	const runs = tallyRuns([...records, ...asSettled(records, end)]);
	const { total } = deriveTotals(records, runs);
	const added = addedBy(runs, end.run);
	return {
		added,
		total,
		resolve(current) {
			// What other runs wrote meanwhile, and this one did not, lies between.
			const isExplained = isBetween(current, before.settled, total);
			return { counts: isExplained ? total : sumCounts([current, added]), isExplained };
		},
	};
}

/** @returns What a run that never settled adds. */
export const countsOf = (records: readonly PlacedRecord[], run: string): Counts => addedBy(tallyRuns(records), run);

const addedBy = (runs: readonly RunTally[], run: string): Counts =>
	sumCounts(runs.filter((one) => one.run === run).flatMap(({ scores }) => scores));

/** A run that counts as a whole succeeds only once it has settled; so its end is thought of before it is written. */
function asSettled(records: readonly PlacedRecord[], end: RunEnd): readonly PlacedRecord[] {
	const last = records.at(-1);
	if (last === undefined) return [];
	const none = { success: 0, failure: 0 };
	const { v, at, prev, hash } = last.record;
	return [{ place: last.place, record: { v, at, prev, hash, kind: 'settled', ...end, added: none, counts: none } }];
}

const isBetween = (counts: Counts, low: Counts, high: Counts): boolean =>
	low.success <= counts.success &&
	counts.success <= high.success &&
	low.failure <= counts.failure &&
	counts.failure <= high.failure;
