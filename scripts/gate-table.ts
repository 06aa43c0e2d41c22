import type { GatePolicy } from '../src/core/gate-policy.ts';
import { judgeGate } from '../src/gate/judge-gate.ts';

// Prints the table of docs/gate.md: how often a prompt of a known pass rate gets through the gate. Exact, nothing is drawn by lot.

/** Columns of the table. */
const POLICIES: Readonly<Record<string, { readonly confidence: number; readonly stage: 'graduated' | 'trusted' }>> = {
	'rule alone': { confidence: 0, stage: 'graduated' },
	'`confidence: 0.8`': { confidence: 0.8, stage: 'graduated' },
	'`trusted`': { confidence: 0, stage: 'trusted' },
};
const RATES = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99] as const;
const RUNS = 100;

/** What a policy lets through. */
export interface Passage {
	/** Probability that the gate was open after one run or more. */
	readonly ever: number;
	/** Probability that it is open after the last run. */
	readonly last: number;
}

/**
 * Follows a prompt through its runs, each of which passes with the same probability: a Markov chain whose state is the number of failures.
 *
 * @param rate - True pass rate of a run, 0 to 1.
 * @param isOpen - The gate, by counts.
 * @param runs - How many runs there are; the gate is asked after each of them.
 */
export function followPrompt(
	rate: number,
	isOpen: (success: number, failure: number) => boolean,
	runs: number,
): Passage {
	// By number of failures: probability of this state, and of it without the gate ever having been open.
	let all = [1];
	let shut = [1];
	const step = (states: readonly number[]): number[] =>
		Array.from({ length: states.length + 1 }, (_, failure) => {
			return (states[failure] ?? 0) * rate + (states[failure - 1] ?? 0) * (1 - rate);
		});
	for (let run = 1; run <= runs; run += 1) {
		all = step(all);
		shut = step(shut).map((share, failure) => (isOpen(run - failure, failure) ? 0 : share));
	}
	return {
		ever: 1 - sum(shut),
		last: sum(all.map((share, failure) => (isOpen(runs - failure, failure) ? share : 0))),
	};
}

/** Writes the table in markdown. */
export function formatGateTable(): string {
	const names = Object.keys(POLICIES);
	const rows = RATES.map((rate) => {
		const cells = Object.values(POLICIES).map(({ confidence, stage }) => {
			const { ever, last } = followPrompt(
				rate,
				(success, failure) => isOpen(success, failure, confidence, stage),
				RUNS,
			);
			return `${formatShare(ever)} / ${formatShare(last)}`;
		});
		return `| ${rate.toFixed(2)} | ${cells.join(' | ')} |`;
	});
	return [`| true pass rate | ${names.join(' | ')} |`, `| --- |${names.map(() => ' --- |').join('')}`, ...rows].join(
		'\n',
	);
}

const POLICY: GatePolicy = {
	confidence: 0,
	minRuns: 0,
	adopted: 'count',
	evidence: 'bound',
	requireAgent: false,
	trusted: 0.9,
	maxUnreported: null,
};

function isOpen(success: number, failure: number, confidence: number, stage: 'graduated' | 'trusted'): boolean {
	const verdict = judgeGate(
		{
			file: '',
			counts: { success, failure },
			record: null,
			steps: [{ number: 1, name: '', isRunnable: true, platforms: [], passes: [PASS], hasOldResults: false }],
			successesPerRun: 1,
			policyProblems: [],
		},
		{ ...POLICY, confidence },
	);
	return stage === 'trusted' ? verdict.stage === 'trusted' : verdict.isMet;
}

const PASS = { evidence: 'bound', isConfirmed: false } as const;

const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0);

const formatShare = (share: number): string => (share < 0.0005 ? '<0.1 %' : `${(share * 100).toFixed(1)} %`);

if (process.argv[1]?.endsWith('gate-table.ts')) console.log(formatGateTable());
