import { isAppError } from '../core/errors.ts';
import type { StepResult } from '../core/events.ts';
import type { LedgerRecord } from '../core/ledger-records.ts';
import { describeExpectation } from '../expect/describe-expectation.ts';
import type { Explanation, PastResult, StepToday } from '../report/format-explanation.ts';
import { planPrompt } from '../run/plan-prompt.ts';
import type { PlanSettings } from '../run/settings.ts';
import type { Host } from './create-host.ts';
import type { FoundStep } from './find-step.ts';
import { loadDocuments } from './load-documents.ts';
import { readPromptLedger } from './load-ledger.ts';
import { stepFolder } from './step-folder.ts';

/**
 * Collects what record, prompt and ledger say of a step. What can't be read any more is left out.
 *
 * @param settings - What prompts are planned with today.
 */
export async function explainStep(found: FoundStep, settings: PlanSettings, host: Host): Promise<Explanation> {
	const { run, startedAt } = found.stored.record;
	const { step, digest } = found;
	return {
		run,
		startedAt,
		step,
		digest,
		today: await readToday(step, settings, host),
		history: await readHistory(step, digest, host),
	};
}

async function readToday({ file, number }: StepResult, settings: PlanSettings, host: Host): Promise<StepToday | null> {
	const { documents } = await loadDocuments([file], host.files);
	const [document] = documents;
	const steps = document ? planPrompt(document, settings).steps : [];
	const step = steps.find(({ ref }) => ref.number === number);
	if (!step) return null;
	return {
		expected: describeExpectation(step.expectation),
		timeoutMs: step.timeoutMs,
		stallMs: step.stallMs,
		folder: stepFolder(file, step.workingDirectory),
		stepCount: steps.length,
		digest: host.hashes.sha256(step.content),
	};
}

async function readHistory(step: StepResult, digest: string | null, host: Host): Promise<readonly PastResult[] | null> {
	try {
		const { reading } = await readPromptLedger(step.file, host);
		return reading?.records.flatMap(({ record }) => toPast(record, step, digest)) ?? null;
	} catch (error) {
		if (isAppError(error)) return null;
		throw error;
	}
}

/** A step is known by its content, and by its name where that was changed. */
function toPast(record: LedgerRecord, { name }: StepResult, digest: string | null): readonly PastResult[] {
	if (record.kind !== 'result' && record.kind !== 'accept') return [];
	if (record.step.digest !== digest && record.step.name !== name) return [];
	const { at, run } = record;
	if (record.kind === 'accept') {
		return [{ at, run, outcome: 'accepted', reason: null, durationMs: null, attempt: 1, digest: record.digest_after }];
	}
	const { outcome, reason, duration_ms: durationMs, attempt } = record;
	return [{ at, run, outcome, reason, durationMs, attempt, digest: record.step.digest }];
}
