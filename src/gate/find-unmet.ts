import type { GatePolicy } from '../core/gate-policy.ts';
import { type Counts, isProven } from '../core/outcomes.ts';
import { pluralize } from '../core/pluralize.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import type { GateFacts, RecordFacts, StepFacts } from './gate-facts.ts';
import { SUCCESSES_PER_FAILURE } from './judge-counts.ts';
import { wilsonLowerBound } from './wilson.ts';

/** Codes of what a prompt lacks; `docs/gate.md` has a row for each. */
export type UnmetCode =
	| 'no-counts'
	| 'no-steps'
	| 'record-broken'
	| 'too-few-successes'
	| 'too-few-runs'
	| 'bound-too-low'
	| 'step-not-runnable'
	| 'step-not-passed'
	| 'step-not-proven'
	| 'step-not-confirmed'
	| 'run-unreported'
	| 'too-many-unreported'
	| 'policy-unreadable';

/** One thing that a prompt lacks. */
export interface UnmetCondition {
	readonly code: UnmetCode;
	/** What is so, capital first, no final period. */
	readonly message: string;
	/** What to do, one imperative sentence. */
	readonly advice: string;
	/** The step it is about, from 1; `null`: the prompt as a whole. */
	readonly step: number | null;
	/** A clean run would do. */
	readonly isMendedByRun: boolean;
}

/**
 * Names everything that a prompt lacks, the gravest first.
 *
 * @param counts - What counts under the policy; `null`: the prompt has no counts.
 */
export function findUnmet(facts: GateFacts, counts: Counts | null, policy: GatePolicy): readonly UnmetCondition[] {
	const { record, steps, policyProblems } = facts;
	// It stands in commands only.
	const file = quoteForShell(facts.file);
	return [
		...aboutRecord(record, file),
		...(counts === null ? [noCounts(file)] : aboutCounts(counts, file, policy)),
		...(steps.length === 0 ? [noSteps()] : []),
		...steps.flatMap((step) => aboutStep(step, file, policy)),
		...aboutUnreported(record, file, policy),
		...policyProblems.map(unreadable),
	];
}

const whole = { step: null, isMendedByRun: false } as const;

function aboutRecord(record: RecordFacts | null, file: string): readonly UnmetCondition[] {
	if (record?.isIntact !== false) return [];
	return [
		{
			...whole,
			code: 'record-broken',
			message: 'Its record is not intact, so its counts prove nothing',
			advice: `See what is wrong with verify audit ${file}`,
		},
	];
}

const noCounts = (file: string): UnmetCondition => ({
	...whole,
	code: 'no-counts',
	message: 'It has no counts',
	advice: `Add a metrics section with verify ${file} --init`,
});

const unreadable = (message: string): UnmetCondition => ({
	...whole,
	code: 'policy-unreadable',
	message,
	advice: 'Correct verify: gate: in its front matter',
});

const noSteps = (): UnmetCondition => ({
	...whole,
	code: 'no-steps',
	message: 'It has no verification step, so nothing about it can be known',
	advice: 'Write a step with a command and what it must print',
});

function aboutCounts(counts: Counts, file: string, policy: GatePolicy): readonly UnmetCondition[] {
	const { success, failure } = counts;
	const unmet: UnmetCondition[] = [];
	const add = (code: UnmetCode, message: string, advice: string): void =>
		void unmet.push({ ...whole, code, message, advice });
	const needed = SUCCESSES_PER_FAILURE * Math.max(1, failure);
	if (success < needed) {
		add(
			'too-few-successes',
			failure === 0
				? `It has ${success} of the ${needed} successes that it takes`
				: `It has ${success} successes, and ${pluralize(failure, 'failure')} ${failure === 1 ? 'takes' : 'take'} ${needed}`,
			`Run verify ${file} until it has ${needed - success} more without a failure`,
		);
	}
	if (success + failure < policy.minRuns) {
		add(
			'too-few-runs',
			`It counted ${success + failure} times, the policy wants ${policy.minRuns}`,
			`Run verify ${file} until it counted ${policy.minRuns - success - failure} times more`,
		);
	}
	const bound = wilsonLowerBound(counts);
	if (bound < policy.confidence) {
		add(
			'bound-too-low',
			`Its bound is ${floor(bound)}, the policy wants ${policy.confidence}`,
			`Run verify ${file} more often: each success raises the bound`,
		);
	}
	return unmet;
}

function aboutStep(step: StepFacts, file: string, policy: GatePolicy): readonly UnmetCondition[] {
	const where = `Step ${step.number} (${step.name})`;
	const add = (code: UnmetCode, message: string, advice: string, isMendedByRun = true): readonly UnmetCondition[] => [
		{ code, message: `${where} ${message}`, advice, step: step.number, isMendedByRun },
	];
	if (!step.isRunnable)
		return add('step-not-runnable', 'has no command that can run', `See why with verify lint ${file}`, false);
	if (step.passes.length === 0) {
		const place = step.platforms.length === 0 ? '' : ` on ${step.platforms.join(' or ')}`;
		return add(
			'step-not-passed',
			step.hasOldResults ? 'was edited and has no pass since' : 'has no recorded pass',
			`Run verify ${file}${place}`,
		);
	}
	const proven = step.passes.filter(({ evidence }) => isProven(evidence, policy.evidence));
	if (proven.length === 0)
		return add(
			'step-not-proven',
			`has no pass that is ${policy.evidence}`,
			`Run verify ${file} --evidence ${policy.evidence}`,
		);
	if (policy.requireAgent && !proven.some(({ isConfirmed }) => isConfirmed)) {
		return add(
			'step-not-confirmed',
			"has no pass that an agent's transcript confirms",
			`Let the agent run verify ${file}, then verify confirm`,
		);
	}
	return [];
}

function aboutUnreported(
	record: RecordFacts | null,
	file: string,
	{ maxUnreported }: GatePolicy,
): readonly UnmetCondition[] {
	if (record === null) return [];
	const { unreported, unreportedSince } = record;
	const unmet: UnmetCondition[] = [];
	if (unreportedSince > 0) {
		unmet.push({
			code: 'run-unreported',
			message: `${pluralize(unreportedSince, 'run')} began and never reported, and no whole run has followed`,
			advice: `Run verify ${file} to its end`,
			step: null,
			isMendedByRun: true,
		});
	}
	if (maxUnreported !== null && unreported > maxUnreported) {
		unmet.push({
			...whole,
			code: 'too-many-unreported',
			message: `${pluralize(unreported, 'run')} never reported, the policy allows ${maxUnreported}`,
			advice: `See which with verify audit ${file}`,
		});
	}
	return unmet;
}

/** Never rounded up: 0.796 is not 0.80. */
const floor = (share: number): string => (Math.floor(share * 1000) / 1000).toFixed(3);
