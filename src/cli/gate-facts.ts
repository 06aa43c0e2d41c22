import { type Counts, EVIDENCE_LEVELS, type Evidence } from '../core/outcomes.ts';
import type { Hashes } from '../core/ports.ts';
import type { GateFacts, RecordFacts, StepFacts } from '../gate/gate-facts.ts';
import type { AuditReport } from '../ledger/audit.ts';
import { isUnreported, type RunWatch } from '../ledger/audit-runs.ts';
import type { RunTally } from '../ledger/audit-tally.ts';
import type { Prompt, Step } from '../prompt/prompt.ts';
import { digestStep } from '../prompt/step-digest.ts';
import type { PromptDocument } from './load-documents.ts';
import { planDocument } from './plan-document.ts';

/** What the facts are read with. */
export interface FactSources {
	readonly hashes: Hashes;
	readonly watch: RunWatch;
	/** Wishes of the prompt for its own gate that can't be read, a sentence each. */
	readonly policyProblems: readonly string[];
}

/** Collects what the gate judges a prompt by: the document as it stands now, and its record as it was audited. */
export function collectGateFacts(document: PromptDocument, report: AuditReport, sources: FactSources): GateFacts {
	const { file, prompt } = document;
	const plan = planDocument(document);
	const isRunnable = (step: Step): boolean =>
		plan.steps.some(({ ref, refusal }) => ref.number === step.number && refusal === null);
	const steps = prompt.steps.map((step) => ({
		...creditOf(step, digestStep(prompt, step, sources.hashes), report.runs),
		isRunnable: isRunnable(step),
		platforms: step.directives.platform ?? prompt.settings.directives.platform ?? [],
	}));
	return {
		file,
		counts: countsOf(prompt),
		record: readRecord(report, countsOf(prompt), sources.watch),
		steps,
		successesPerRun: plan.count === 'run' ? 1 : Math.max(1, steps.filter((step) => step.isRunnable).length),
		policyProblems: sources.policyProblems,
	};
}

/** @returns The counts in the file; `null` when there are none, or they are no numbers. */
export function countsOf({ metrics }: Pick<Prompt, 'metrics'>): Counts | null {
	if (metrics === null || metrics.success === null || metrics.failure === null) return null;
	return { success: metrics.success, failure: metrics.failure };
}

/** Credit follows the content: what passed under this digest counts for the step, wherever it stood and whatever it was called. */
function creditOf(step: Step, digest: string, runs: readonly RunTally[]): Omit<StepFacts, 'isRunnable' | 'platforms'> {
	const results = runs.flatMap((run) => run.results.map((result) => ({ run, result })));
	const passes = results.filter(
		({ run, result }) =>
			result.step.digest === digest && result.outcome === 'passed' && !run.flaky.has(result.step.number),
	);
	return {
		number: step.number,
		name: step.name,
		passes: passes.map(({ run, result }) => ({ evidence: result.evidence, isConfirmed: run.isConfirmed })),
		hasOldResults: results.some(({ result }) => result.step.name === step.name && result.step.digest !== digest),
	};
}

/** A prompt whose ledger is gone or refused is not one that never had any. */
function readRecord(
	{ isIntact, runs, derived }: AuditReport,
	inFile: Counts | null,
	watch: RunWatch,
): RecordFacts | null {
	if (derived === null && isIntact) return null;
	const adopted = derived?.adopted ?? inFile ?? { success: 0, failure: 0 };
	const scores = runs.flatMap((run) => run.scores);
	const successesWith = (level: Evidence): number =>
		scores.filter(({ success, evidence }) => success > 0 && evidence === level).length;
	const dead = runs.flatMap((run, index) => (isUnreported(run, watch) ? [index] : []));
	const lastWhole = runs.findLastIndex(({ isComplete }) => isComplete);
	return {
		isIntact,
		adopted,
		successes: Object.fromEntries(EVIDENCE_LEVELS.map((level) => [level, successesWith(level)])) as Record<
			Evidence,
			number
		>,
		failures: scores.filter(({ failure }) => failure > 0).length,
		unreported: dead.length,
		unreportedSince: dead.filter((index) => index > lastWhole).length,
	};
}
