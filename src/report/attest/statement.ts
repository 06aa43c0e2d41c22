import type { JsonValue } from '../../core/canonical-json.ts';
import type { Attempt, PromptResult, StepResult } from '../../core/events.ts';
import type { RunRecord } from '../run-record.ts';

/** Type of every in-toto statement of version 1. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** What came out, for tools that know nothing of us. */
export const TEST_RESULT_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';
/** What was run and how it is known, step by step; its shape is in `docs/attest.md`. A name, not to be fetched. */
export const STEPS_TYPE = 'https://www.npmjs.com/package/tenfold/attestation/verified-steps/v1';

/** An in-toto statement. */
export interface Statement {
	readonly _type: typeof STATEMENT_TYPE;
	readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
	readonly predicateType: string;
	readonly predicate: { readonly [name: string]: JsonValue };
}

/** A prompt whose digest is known. */
type DigestedPrompt = PromptResult & Required<Pick<PromptResult, 'digests'>>;

/**
 * Builds the statements about a run: one for each predicate, both about the same prompts.
 *
 * @param recordSha256 - Over the bytes of `run.json`.
 * @returns `null` when the run was not finished, or its record has no digest of a prompt: nobody could say what was verified.
 */
export function buildStatements(record: RunRecord, recordSha256: string): readonly [Statement, Statement] | null {
	const prompts = record.prompts.filter((prompt): prompt is DigestedPrompt => prompt.digests !== undefined);
	if (record.exitCode === null || prompts.length === 0 || prompts.length !== record.prompts.length) return null;
	const subject = prompts.map(({ file, digests }) => ({ name: file, digest: { sha256: digests.verified } }));
	const common = { _type: STATEMENT_TYPE, subject } as const;
	return [
		{ ...common, predicateType: TEST_RESULT_TYPE, predicate: testResult(record, recordSha256) },
		{ ...common, predicateType: STEPS_TYPE, predicate: verifiedSteps(record, prompts, recordSha256) },
	];
}

function testResult(record: RunRecord, recordSha256: string): Statement['predicate'] {
	const { executor, tool, evidenceNeeded } = record;
	const named = record.prompts.flatMap(({ steps }) => steps.map((step) => ({ step, name: nameOf(step) })));
	const isPassed = ({ step }: { readonly step: StepResult }): boolean => step.outcome === 'passed';
	// Whoever asks only that nothing failed must not be shown an unproven step as anything better.
	const failed = named.filter((one) => !isPassed(one) && one.step.outcome !== 'skipped');
	const passed = named.filter(isPassed);
	return {
		result: record.exitCode === 0 && passed.length > 0 && failed.length === 0 ? 'PASSED' : 'FAILED',
		configuration: [
			{ name: 'run.json', digest: { sha256: recordSha256 }, annotations: { run: record.run, evidenceNeeded } },
			{
				name: 'executor',
				uri: executor.url ?? toPackageUrl(tool),
				annotations: { kind: executor.kind, version: executor.version },
			},
		],
		passedTests: passed.map(({ name }) => name),
		warnedTests: [],
		failedTests: failed.map(({ name }) => name),
	};
}

function verifiedSteps(
	record: RunRecord,
	prompts: readonly DigestedPrompt[],
	recordSha256: string,
): Statement['predicate'] {
	const { run, tool, startedAt, finishedAt, executor, evidenceNeeded, verdict, exitCode } = record;
	return {
		run,
		tool,
		startedAt,
		finishedAt,
		executor: { ...executor },
		evidenceNeeded,
		verdict,
		exitCode,
		runRecord: { sha256: recordSha256 },
		prompts: prompts.map(({ file, outcome, digests, counts, steps }) => ({
			file,
			sha256: digests.verified,
			sha256After: digests.left,
			outcome,
			countsAdded: { ...counts.added },
			ledgerHead: counts.ledger?.head ?? null,
			steps: steps.map((step, index) => toStep(step, digests.steps[index] ?? null)),
		})),
	};
}

function toStep(step: StepResult, digest: string | null): JsonValue {
	const { number, name, line, outcome, reason, checkedBy, evidenceNeeded, attempts } = step;
	return {
		number,
		name,
		line,
		digest,
		outcome,
		reason,
		checkedBy,
		evidenceNeeded,
		attempts: attempts.map(toAttempt),
	};
}

const toAttempt = (attempt: Attempt): JsonValue => ({
	number: attempt.number,
	execution: attempt.executionId,
	marker: attempt.marker,
	outcome: attempt.outcome,
	reason: attempt.reason,
	evidence: attempt.evidence,
	exitCode: attempt.exitCode,
	signal: attempt.signal,
	durationMs: attempt.durationMs,
	output: {
		sha256: attempt.output.sha256,
		bytes: attempt.output.bytes,
		droppedBytes: attempt.output.droppedBytes,
	},
});

const nameOf = ({ file, number, name }: StepResult): string => `${file} step ${number}: ${name}`;

/** @param tool - Such as `tenfold 0.1.0`. */
const toPackageUrl = (tool: string): string => `pkg:npm/${tool.replace(' ', '@')}`;
