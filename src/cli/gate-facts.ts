import { type Counts, EVIDENCE_LEVELS, type Evidence } from '../core/outcomes.ts';
import type { Hashes } from '../core/ports.ts';
import type { GateFacts, RecordFacts, StepFacts } from '../gate/gate-facts.ts';
import type { AuditReport } from '../ledger/audit.ts';
import { isUnreported, type RunWatch } from '../ledger/audit-runs.ts';
import type { RunTally } from '../ledger/audit-tally.ts';
import type { Metrics, PromptSettings } from '../prompt/prompt.ts';
import type { PlannedPrompt } from '../run/plan-prompt.ts';
import type { PromptDocument } from './load-documents.ts';
import { planDocument } from './plan-document.ts';

/** What the facts are read with. */
export interface GateFactSources {
	readonly hashes: Hashes;
	readonly watch: RunWatch;
	/** Wishes of the prompt for its own gate that can't be read, a sentence each. */
	readonly policyProblems: readonly string[];
}

/** What the gate wants to know of a document; made from its text alone. */
export interface GatedContent {
	readonly metrics: Pick<Metrics, 'success' | 'failure' | 'isGraduationClaimed' | 'span'> | null;
	readonly settings: Pick<PromptSettings, 'gate'>;
	readonly steps: readonly GatedStep[];
	readonly count: 'step' | 'run';
}

/** A step as far as credit and gate go. */
export interface GatedStep extends Pick<StepFacts, 'number' | 'name' | 'isRunnable' | 'platforms'> {
	/** Credit follows it. */
	readonly digest: string;
}

/**
 * Picks out of a document what the gate wants to know.
 *
 * @param known - Its plan, with all steps, where there is one already.
 */
export function readGatedContent(
	document: PromptDocument,
	hashes: Hashes,
	known: PlannedPrompt | null = null,
): GatedContent {
	const { prompt } = document;
	const plan = known ?? planDocument(document);
	const planned = new Map(plan.steps.map((step) => [step.ref.number, step]));
	const { metrics, settings } = prompt;
	return {
		metrics: metrics && {
			success: metrics.success,
			failure: metrics.failure,
			isGraduationClaimed: metrics.isGraduationClaimed,
			span: metrics.span,
		},
		settings: settings.gate === undefined ? {} : { gate: settings.gate },
		steps: prompt.steps.map((step) => ({
			number: step.number,
			name: step.name,
			digest: hashes.sha256(planned.get(step.number)?.content ?? ''),
			isRunnable: planned.get(step.number)?.refusal === null,
			platforms: step.directives.platform ?? settings.directives.platform ?? [],
		})),
		count: plan.count,
	};
}

/** Collects what the gate judges a prompt by: the document as it stands now, and its record as it was audited. */
export const collectGateFacts = (
	document: PromptDocument & { readonly plan?: PlannedPrompt | null },
	report: AuditReport,
	sources: GateFactSources,
): GateFacts => {
	const content = readGatedContent(document, sources.hashes, document.plan?.unselected === 0 ? document.plan : null);
	return joinGateFacts({ file: document.file, content }, report, sources);
};

/** As {@link collectGateFacts}, of a document that was read before. */
export function joinGateFacts(
	{ file, content }: { readonly file: string; readonly content: GatedContent },
	report: AuditReport,
	{ watch, policyProblems }: Omit<GateFactSources, 'hashes'>,
): GateFacts {
	const credits = readCredits(report.runs);
	const steps = content.steps.map((step) => creditOf(step, credits));
	return {
		file,
		counts: countsOf(content),
		record: readRecord(report, countsOf(content), watch),
		steps,
		successesPerRun: content.count === 'run' ? 1 : Math.max(1, steps.filter((step) => step.isRunnable).length),
		policyProblems,
	};
}

/** @returns The counts in the file; `null` when there are none, or they are no numbers. */
export function countsOf({ metrics }: Pick<GatedContent, 'metrics'>): Counts | null {
	if (metrics === null || metrics.success === null || metrics.failure === null) return null;
	return { success: metrics.success, failure: metrics.failure };
}

/** What the runs left behind, found by the content and by the name of a step. */
interface Credits {
	readonly passes: ReadonlyMap<string, StepFacts['passes']>;
	/** Digests under which steps of a name have results. */
	readonly digests: ReadonlyMap<string, ReadonlySet<string>>;
}

function readCredits(runs: readonly RunTally[]): Credits {
	const passes = new Map<string, StepFacts['passes'][number][]>();
	const digests = new Map<string, Set<string>>();
	for (const { results, flaky, isConfirmed } of runs) {
		for (const { step, outcome, evidence } of results) {
			const named = digests.get(step.name);
			if (named === undefined) digests.set(step.name, new Set([step.digest]));
			else named.add(step.digest);
			if (outcome !== 'passed' || flaky.has(step.number)) continue;
			const earned = passes.get(step.digest);
			if (earned === undefined) passes.set(step.digest, [{ evidence, isConfirmed }]);
			else if (!earned.some((pass) => pass.evidence === evidence && pass.isConfirmed === isConfirmed))
				earned.push({ evidence, isConfirmed });
		}
	}
	return { passes, digests };
}

/** Credit follows the content: what passed under this digest counts for the step, wherever it stood and whatever it was called. */
function creditOf({ number, name, digest, isRunnable, platforms }: GatedStep, credits: Credits): StepFacts {
	const named = credits.digests.get(name);
	return {
		number,
		name,
		passes: credits.passes.get(digest) ?? [],
		hasOldResults: named !== undefined && named.size > (named.has(digest) ? 1 : 0),
		isRunnable,
		platforms,
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
