import type { GatePolicy } from '../core/gate-policy.ts';
import { type Counts, EVIDENCE_LEVELS, type Evidence, isProven } from '../core/outcomes.ts';
import { findUnmet, type UnmetCondition } from './find-unmet.ts';
import type { GateFacts, StepFacts } from './gate-facts.ts';
import { type Stage, SUCCESSES_PER_FAILURE } from './judge-counts.ts';
import { runsForLowerBound, wilsonLowerBound } from './wilson.ts';

/** What the gate says of a prompt. */
export interface GateVerdict {
	readonly isMet: boolean;
	readonly stage: Stage;
	/** What counts under the policy; at most what the file says. `null`: the prompt has no counts. */
	readonly counts: Counts | null;
	/** Successes for each failure; `null` without a failure, since nothing can be divided by it. */
	readonly ratio: number | null;
	/** Wilson 95 % lower bound, 0 to 1. */
	readonly bound: number;
	/** The weakest of what the steps prove by their best pass on their present content. */
	readonly evidence: Evidence;
	/** Successes in a row that the counts still lack; 0 when they have enough. */
	readonly successesMissing: number;
	/** Runs in a row without a failure that are still needed for everything; 0 when none is. */
	readonly cleanRunsMissing: number;
	/** The same for `trusted`. */
	readonly cleanRunsToTrusted: number;
	/** Successes that do not count: adopted ones where the policy ignores them, and those with too little proof. */
	readonly successesIgnored: number;
	/** Why not, each with what to do; empty exactly when the gate is met. */
	readonly unmet: readonly UnmetCondition[];
}

/**
 * Judges a prompt: ten successes for each failure and ten at least, every present step passed on its present content, an intact
 * record, enough proof, no run left unreported, and what the policy adds.
 *
 * @see docs/gate.md
 */
export function judgeGate(facts: GateFacts, policy: GatePolicy): GateVerdict {
	const counts = facts.counts && countUnder(facts, facts.counts, policy);
	const { success, failure } = counts ?? { success: 0, failure: 0 };
	const missingFor = (bound: number): number => runsForBound(failure, bound) - success - failure;
	const successesMissing = Math.max(
		0,
		SUCCESSES_PER_FAILURE * Math.max(1, failure) - success,
		policy.minRuns - success - failure,
		missingFor(policy.confidence),
	);
	const unmet = findUnmet(facts, counts, policy);
	const bound = wilsonLowerBound({ success, failure });
	const toRuns = (successes: number): number => Math.ceil(successes / Math.max(1, facts.successesPerRun));
	// What only a run can mend takes one, however good the counts are.
	const cleanRunsMissing = Math.max(toRuns(successesMissing), unmet.some(({ isMendedByRun }) => isMendedByRun) ? 1 : 0);
	const isMet = unmet.length === 0;
	return {
		isMet,
		stage: !isMet ? 'development' : bound >= policy.trusted ? 'trusted' : 'graduated',
		counts,
		ratio: failure === 0 ? null : success / failure,
		bound,
		evidence: weakestOf(facts.steps),
		successesMissing,
		cleanRunsMissing,
		cleanRunsToTrusted: Math.max(cleanRunsMissing, toRuns(Math.max(0, missingFor(policy.trusted)))),
		successesIgnored: Math.max(0, allSuccesses(facts) - success),
		unmet,
	};
}

const runsForBound = (failure: number, bound: number): number => (bound === 0 ? 0 : runsForLowerBound(failure, bound));

/** Failures always count: to ignore the adopted ones would loosen the gate for whoever had many. */
function countUnder({ record }: GateFacts, inFile: Counts, policy: GatePolicy): Counts {
	const { adopted, failures } = record ?? { adopted: inFile, failures: 0 };
	const proven = EVIDENCE_LEVELS.filter((level) => isProven(level, policy.evidence)).map(
		(level) => record?.successes[level] ?? 0,
	);
	return {
		success: sum(proven) + (policy.adopted === 'count' ? adopted.success : 0),
		failure: adopted.failure + failures,
	};
}

const allSuccesses = ({ counts, record }: GateFacts): number =>
	record === null ? (counts?.success ?? 0) : record.adopted.success + sum(Object.values(record.successes));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function weakestOf(steps: readonly StepFacts[]): Evidence {
	const best = steps.map(({ passes }) => Math.max(0, ...passes.map((pass) => EVIDENCE_LEVELS.indexOf(pass.evidence))));
	return EVIDENCE_LEVELS[best.length === 0 ? 0 : Math.min(...best)] ?? 'none';
}
