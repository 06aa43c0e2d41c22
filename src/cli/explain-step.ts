import { isAppError } from '../core/errors.ts';
import type { StepResult } from '../core/events.ts';
import type { LedgerRecord } from '../core/ledger-records.ts';
import { describeExpectation } from '../expect/describe-expectation.ts';
import type { Explanation, PastResult, StepToday } from '../report/format-explanation.ts';
import type { Host } from './create-host.ts';
import type { FoundStep } from './find-step.ts';
import { loadDocuments } from './load-documents.ts';
import { readPromptLedger } from './load-ledger.ts';
import { planDocument } from './plan-document.ts';

/** Collects what record, prompt and ledger say of a step. What can't be read any more is left out. */
export async function explainStep(found: FoundStep, host: Host): Promise<Explanation> {
	const { run, startedAt } = found.stored.record;
	const { step, digest } = found;
	return {
		run,
		startedAt,
		step,
		digest,
		today: await readToday(step, host),
		history: await readHistory(step, digest, host),
	};
}

async function readToday({ file, number }: StepResult, host: Host): Promise<StepToday | null> {
	const { documents } = await loadDocuments([file], host.files);
	const [document] = documents;
	const step = document && planDocument(document).steps.find(({ ref }) => ref.number === number);
	if (!step) return null;
	const { timeoutMs, stallMs, content, expectation } = step;
	return { expected: describeExpectation(expectation), timeoutMs, stallMs, digest: host.hashes.sha256(content) };
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
