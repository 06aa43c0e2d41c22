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
	const all = [...records, ...asSettled(records, end)];
	const runs = tallyRuns(all);
	const { total } = deriveTotals(records, runs);
	const added = addedBy(runs, end.run);
	const sides = findMergedCounts(records);
	return {
		added,
		total,
		records: all,
		resolve(current) {
			// What other runs wrote meanwhile, and this one did not, lies between.
			const isExplained = isBetween(current, before.settled, total) || sides.some((side) => isSame(side, current));
			return { counts: isExplained ? total : sumCounts([current, added]), isExplained };
		},
	};
}

/** @returns What each of the runs adds that have not come to their end. */
export function countOpenRuns(records: readonly PlacedRecord[]): ReadonlyMap<string, Counts> {
	const open = tallyRuns(records).filter(({ isSettled }) => !isSettled);
	return new Map(open.map(({ run, scores }) => [run, sumCounts(scores)]));
}

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

/** @returns What the sides of a merge had written that no run has settled since: the prompt holds the counts of the side that was taken. */
function findMergedCounts(records: readonly PlacedRecord[]): readonly Counts[] {
	/** For each record, the last settled ones on all ways to it. */
	const settledBefore = new Map<string, ReadonlyMap<string, Counts>>();
	const heads = new Set<string>();
	for (const { record } of records) {
		const parents = record.prev.flatMap((hash) => [...(settledBefore.get(hash) ?? [])]);
		settledBefore.set(record.hash, new Map(record.kind === 'settled' ? [[record.hash, record.counts]] : parents));
		for (const hash of record.prev) heads.delete(hash);
		heads.add(record.hash);
	}
	const sides = new Map([...heads].flatMap((hash) => [...(settledBefore.get(hash) ?? [])]));
	return sides.size > 1 ? [...sides.values()] : [];
}

const isSame = (a: Counts, b: Counts): boolean => a.success === b.success && a.failure === b.failure;

const isBetween = (counts: Counts, low: Counts, high: Counts): boolean =>
	low.success <= counts.success &&
	counts.success <= high.success &&
	low.failure <= counts.failure &&
	counts.failure <= high.failure;
