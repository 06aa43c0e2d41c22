import type { IntentBody, ResultBody } from '../core/ledger-records.ts';
import { type Counts, EVIDENCE_LEVELS, type Evidence, isProven, scoreOf } from '../core/outcomes.ts';
import type { PlacedRecord } from './ledger.ts';

/** One success or failure, with the weakest evidence that it rests on. */
export interface Score extends Counts {
	readonly evidence: Evidence;
}

/** What became of one run on a prompt. */
export interface RunTally {
	readonly run: string;
	/** Where its first record stands. */
	readonly place: PlacedRecord['place'];
	/** UTC, of that record. */
	readonly at: string;
	readonly isSettled: boolean;
	/** It came to its end with all that was selected. */
	readonly isComplete: boolean;
	/** The result that decides over each step, in the order of the steps. */
	readonly results: readonly ResultBody[];
	/** Steps whose result is a pass after a failed attempt. */
	readonly flaky: ReadonlySet<number>;
	/** Executions that began and have no result, in order. */
	readonly unreported: readonly IntentBody[];
	/** What it adds to the counts by now. */
	readonly scores: readonly Score[];
	/** Some of its executions were declared lost, or it was found in an agent's transcript. */
	readonly isLost: boolean;
	readonly isConfirmed: boolean;
}

/**
 * Adds the records of a ledger up, run by run.
 *
 * @param records - In the order of the files.
 * @returns Runs in the order of their first record.
 */
export function tallyRuns(records: readonly PlacedRecord[]): readonly RunTally[] {
	const runs = new Map<string, PlacedRecord[]>();
	for (const placed of records) {
		if (!('run' in placed.record) || placed.record.run === null) continue;
		const { run } = placed.record;
		const own = runs.get(run);
		if (own === undefined) runs.set(run, [placed]);
		else own.push(placed);
	}
	return [...runs].flatMap(([run, own]) => {
		const [first] = own;
		return first === undefined ? [] : [tallyRun(run, first, own)];
	});
}

function tallyRun(run: string, first: PlacedRecord, own: readonly PlacedRecord[]): RunTally {
	const records = own.map(({ record }) => record);
	const all = records.filter((record) => record.kind === 'result');
	const reported = new Set(all.map(({ execution }) => execution));
	const settled = records.find((record) => record.kind === 'settled');
	const results = [...decide(all).values()].sort((a, b) => a.step.number - b.step.number);
	const failed = new Set(all.filter(isFailure).map(({ step }) => step.number));
	const flaky = new Set(
		results
			.filter(({ outcome, step }) => outcome === 'passed' && failed.has(step.number))
			.map(({ step }) => step.number),
	);
	const isComplete = settled?.complete === true;
	return {
		run,
		place: first.place,
		at: first.record.at,
		isSettled: settled !== undefined,
		isComplete,
		results,
		flaky,
		unreported: records
			.filter((record) => record.kind === 'intent')
			.filter(({ execution }) => !reported.has(execution)),
		scores: scoreRun(results, flaky, isComplete),
		isLost: records.some(({ kind }) => kind === 'lost'),
		isConfirmed: records.some((record) => record.kind === 'confirmed' && isProven(record.evidence, 'bound')),
	};
}

/** The last attempt of a step decides. */
function decide(results: readonly ResultBody[]): Map<number, ResultBody> {
	const deciding = new Map<number, ResultBody>();
	for (const result of results) {
		const former = deciding.get(result.step.number);
		if (former === undefined || result.attempt >= former.attempt) deciding.set(result.step.number, result);
	}
	return deciding;
}

const isFailure = ({ outcome }: ResultBody): boolean => scoreOf(outcome).failure > 0;

function scoreRun(results: readonly ResultBody[], flaky: ReadonlySet<number>, isComplete: boolean): readonly Score[] {
	const scores = results.flatMap((result) => {
		const counts = scoreOf(flaky.has(result.step.number) ? 'flaky' : result.outcome);
		return counts.success + counts.failure === 0 ? [] : [{ evidence: result.evidence, ...counts }];
	});
	if (results[0]?.count !== 'run') return scores;
	const failed = scores.find(({ failure }) => failure > 0);
	if (failed) return [failed];
	const isWhole = isComplete && results.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped');
	const [weakest] = [...scores].sort(
		(a, b) => EVIDENCE_LEVELS.indexOf(a.evidence) - EVIDENCE_LEVELS.indexOf(b.evidence),
	);
	return isWhole && weakest ? [weakest] : [];
}

/** Adds counts up. */
export const sumCounts = (counts: readonly Counts[]): Counts => ({
	success: counts.reduce((sum, { success }) => sum + success, 0),
	failure: counts.reduce((sum, { failure }) => sum + failure, 0),
});

/** @returns What stood in the file when the record began; zeroes when it does not say. */
export function adoptedCounts(records: readonly PlacedRecord[]): Counts {
	const adopt = records.find(({ record }) => record.kind === 'adopt')?.record;
	return adopt?.kind === 'adopt' ? adopt.counts : { success: 0, failure: 0 };
}
