import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { StepResult } from '../core/events.ts';
import type { LedgerBody } from '../core/ledger-records.ts';
import type { Expectation } from '../expect/expectation.ts';
import type { Observed } from '../expect/verdict.ts';
import { addToLedger } from '../ledger/open-ledger.ts';
import { parsePrompt } from '../prompt/parse-prompt.ts';
import { type Acceptance, acceptOutput } from '../run/accept-output.ts';
import { decodePrompt, encodePrompt } from '../run/decode-prompt.ts';
import type { Host } from './create-host.ts';
import type { FoundStep } from './find-step.ts';
import { planDocument } from './plan-document.ts';

/** An acceptance that is ready to be written. */
export interface ProposedEdit extends Extract<Acceptance, { kind: 'changed' }> {
	readonly found: FoundStep;
	/** The document as it is now. */
	readonly before: string;
}

/** What may become of the expectation of a step; `matches` and `refused` change nothing. */
export type Proposal = ProposedEdit | Exclude<Acceptance, { kind: 'changed' }>;

/**
 * Finds out whether what a step printed can be accepted, and what the prompt would be then. Writes nothing.
 *
 * @throws {AppError} What reading the prompt throws.
 */
export async function proposeAcceptance(found: FoundStep, host: Host): Promise<Proposal> {
	const { step, digest } = found;
	const obstacle = findObstacle(step);
	if (obstacle !== null) return { kind: 'refused', why: obstacle };
	const before = decodePrompt(await host.files.read(step.file), step.file);
	const planned = planDocument({ file: step.file, source: before, prompt: parsePrompt(before) });
	const now = planned.steps.find(({ ref }) => ref.number === step.number);
	if (!now || digest === null || host.hashes.sha256(now.content) !== digest) {
		return { kind: 'refused', why: 'the step was changed since it ran: run it again first' };
	}
	const observed = await readObserved(found, now.expectation, host);
	if (typeof observed === 'string') return { kind: 'refused', why: observed };
	const acceptance = await acceptOutput(before, step.number, observed);
	return acceptance.kind === 'changed' ? { ...acceptance, found, before } : acceptance;
}

/** Only a step that came to its own end, was proven, and failed by its output alone has printed something to accept. */
function findObstacle({ outcome, reason, attempts }: StepResult): string | null {
	const attempt = attempts.at(-1);
	if (outcome === 'passed') return null;
	if (outcome === 'unproven') return 'it is unproven that this output is its own';
	if (outcome === 'flaky' || attempts.length > 1) return 'it is flaky: it does not print the same each time';
	if (attempt === undefined) return `it did not run (${outcome})`;
	if (attempt.interruption !== null || attempt.signal !== null) return `it was killed (${reason ?? attempt.signal})`;
	if (reason === 'truncated' || attempt.output.droppedBytes > 0) return 'its output was cut';
	return outcome === 'failed' && reason === 'mismatch'
		? null
		: `it ${outcome} for another reason than its output (${reason})`;
}

/** @returns What was printed, whole; or why it is not known, one phrase. */
async function readObserved(
	{ step, folder }: FoundStep,
	expectation: Expectation,
	{ hashes }: Host,
): Promise<Observed | string> {
	const attempt = step.attempts.at(-1);
	if (!attempt) return 'it did not run';
	const { output, exitCode, signal } = attempt;
	const combined =
		output.file === null ? output.head : await readFile(join(folder, output.file), 'utf8').catch(() => null);
	if (combined === null) return 'the report of that run does not hold its output any more: run it again';
	// The digest is over the bytes as they came: it tells output that was cut, that was not UTF-8, and a report that somebody changed.
	if (hashes.sha256(combined) !== output.sha256) return 'the report does not hold its whole output as it was printed';
	if (output.stderrLines > 0 && expectation.matchers.some(({ stream }) => stream !== 'combined')) return TWO_STREAMS;
	return { output: { combined, stdout: combined, stderr: '', isCut: false }, exitCode, signal };
}

const TWO_STREAMS = 'it expects one stream and printed on both, which the report does not keep apart';

/**
 * Writes an acceptance into prompt and ledger: all of it or, when the prompt was changed meanwhile, nothing.
 *
 * @returns Path of the ledger.
 * @throws {AppError} `ACCEPT_REFUSED`: the prompt is not as it was shown. What writing files and ledger throws.
 */
export async function writeAcceptance(edit: ProposedEdit, host: Host): Promise<string> {
	const { found, before, source } = edit;
	const { file, number, name } = found.step;
	const { metrics } = parsePrompt(before);
	const record: LedgerBody = {
		kind: 'accept',
		run: found.stored.record.run,
		step: { number, name: name.replace(/\p{Surrogate}/gu, '\uFFFD'), digest: host.hashes.sha256(edit.contentBefore) },
		digest_after: host.hashes.sha256(edit.contentAfter),
	};
	return addToLedger(file, record, {
		host,
		counts: { success: metrics?.success ?? 0, failure: metrics?.failure ?? 0 },
		work: () =>
			host.files.update(file, (bytes) => {
				if (decodePrompt(bytes, file) === before) return encodePrompt(source);
				throw new AppError('ACCEPT_REFUSED', `Cannot accept: ${file} was changed meanwhile`, {
					advice: 'Accept once more',
				});
			}),
	});
}
