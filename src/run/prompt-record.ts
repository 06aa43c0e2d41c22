import { resolve } from 'node:path';
import type { Attestation } from '../core/attestation.ts';
import { formatCanonicalJson } from '../core/canonical-json.ts';
import { type AppError, isAppError } from '../core/errors.ts';
import type { Attempt } from '../core/events.ts';
import type { ExecutionId, Marker, RunId } from '../core/ids.ts';
import type { IntentBody, LedgerRecord, LedgerStep, ResultBody } from '../core/ledger-records.ts';
import type { Counts } from '../core/outcomes.ts';
import { findSecrets } from '../core/secrets.ts';
import type { LedgerBeginning, PromptLedger, SettleState } from '../ledger/ledger.ts';
import type { RunContext } from './context.ts';
import { createExcerpt } from './create-excerpt.ts';
import type { PlannedPrompt, PlannedStep } from './plan-prompt.ts';

/** An attempt as the ledger knows it from before its command on. */
export interface RecordedAttempt {
	readonly step: PlannedStep;
	/** From 1. */
	readonly number: number;
	readonly executionId: ExecutionId;
	readonly marker: Marker;
}

/** What an attempt came to, beside what its result tells. */
export interface RecordedEnd {
	readonly attempt: Attempt;
	/** What the executor signed, if that was found to be right. */
	readonly attestation: Attestation | null;
	/** All that was kept of the output. */
	readonly output: string;
}

/** How a run was settled. */
export interface Settlement {
	/** `null`: the prompt could not be written, the run stays open. */
	readonly settled: LedgerRecord | null;
	readonly beginning: LedgerBeginning;
}

/**
 * What one run leaves in the ledger of a prompt. Nothing here rejects for the state of the files: the first failure ends the
 * recording and is kept, and what is not recorded is not counted.
 */
export interface PromptRecord {
	/** Path of the ledger. */
	readonly path: string;
	/** What its counts are written into: the prompt, also where its name leads to another one by then. */
	readonly promptFile: string;
	/** True once there was an attempt. */
	readonly hasBegun: boolean;
	readonly failure: AppError | null;
	/** Says that a command is about to be sent; the first call makes the ledger where there is none. */
	intend(attempt: RecordedAttempt): Promise<void>;
	/** Says how it ended. */
	report(attempt: RecordedAttempt, end: RecordedEnd): Promise<void>;
	/**
	 * Ends the run on this prompt.
	 *
	 * @param write - Writes the counts; see `PromptLedger.settle`.
	 * @throws {AppError} As `write`, and what the ledger's files say.
	 * @throws {TypeError} Nothing was begun, or the recording failed.
	 */
	settle(
		complete: boolean,
		write: (state: SettleState) => Promise<{ readonly counts: Counts } | null>,
	): Promise<Settlement>;
}

/** What every result of a run has in common. */
export interface RecordFrame {
	readonly run: RunId;
	readonly executor: 'embedded' | 'remote';
	/** In the file when the run was planned: adopted where there is no ledger yet. */
	readonly counts: Counts;
}

/** Makes the record of a run on a prompt; nothing is written before the first attempt. */
export function createPromptRecord(
	ledger: PromptLedger,
	prompt: PlannedPrompt,
	frame: RecordFrame,
	context: RunContext,
): PromptRecord {
	return new LedgerRecordOfRun(ledger, prompt, frame, context);
}

/** What intent and result of an attempt have in common. */
type Names = Omit<IntentBody, 'kind' | 'writer'>;

/** What stays the same of a step. */
interface StepDigests {
	readonly named: LedgerStep;
	readonly command_sha256: string;
	readonly environment_sha256: string;
}

class LedgerRecordOfRun implements PromptRecord {
	readonly #ledger: PromptLedger;
	readonly #prompt: PlannedPrompt;
	readonly #frame: RecordFrame;
	readonly #context: RunContext;
	#beginning: Promise<LedgerBeginning> | null = null;
	#failure: AppError | null = null;
	readonly #digests = new WeakMap<PlannedStep, StepDigests>();

	constructor(ledger: PromptLedger, prompt: PlannedPrompt, frame: RecordFrame, context: RunContext) {
		this.#ledger = ledger;
		this.#prompt = prompt;
		this.#frame = frame;
		this.#context = context;
	}

	get path(): string {
		return this.#ledger.path;
	}

	get promptFile(): string {
		const { file } = this.#prompt;
		return resolve(file) === resolve(this.#ledger.promptFile) ? file : this.#ledger.promptFile;
	}

	get hasBegun(): boolean {
		return this.#beginning !== null;
	}

	get failure(): AppError | null {
		return this.#failure;
	}

	intend(attempt: RecordedAttempt): Promise<void> {
		return this.#write(async () => {
			this.#beginning ??= this.#ledger.begin(this.#frame.counts);
			await this.#beginning;
			await this.#ledger.append({ kind: 'intent', ...this.#namesOf(attempt), writer: this.#context.writer });
		});
	}

	report(attempt: RecordedAttempt, end: RecordedEnd): Promise<void> {
		return this.#write(async () => {
			await this.#ledger.append({ kind: 'result', ...this.#namesOf(attempt), ...this.#resultOf(attempt.step, end) });
		});
	}

	async settle(
		complete: boolean,
		write: (state: SettleState) => Promise<{ readonly counts: Counts } | null>,
	): Promise<Settlement> {
		if (this.#beginning === null || this.#failure !== null) throw new TypeError('There is nothing to settle');
		const beginning = await this.#beginning;
		const settled = await this.#ledger.settle({ run: this.#frame.run, complete }, write);
		return { beginning, settled };
	}

	async #write(work: () => Promise<void>): Promise<void> {
		if (this.#failure !== null) return;
		try {
			await work();
		} catch (error) {
			if (!isAppError(error)) throw error;
			this.#failure ??= error;
		}
	}

	#namesOf({ step, number, executionId, marker }: RecordedAttempt): Names {
		const { named, command_sha256 } = this.#digestsOf(step);
		return { run: this.#frame.run, execution: executionId, marker, step: named, attempt: number, command_sha256 };
	}

	/** The same for intent and result of all its attempts. */
	#digestsOf(step: PlannedStep): StepDigests {
		const before = this.#digests.get(step);
		if (before) return before;
		const { hashes } = this.#context;
		const digests: StepDigests = {
			named: { number: step.ref.number, name: wellFormed(step.ref.name), digest: hashes.sha256(step.content) },
			command_sha256: hashes.sha256(step.script),
			environment_sha256: this.#digestEnvironment(step),
		};
		this.#digests.set(step, digests);
		return digests;
	}

	#resultOf(step: PlannedStep, { attempt, attestation, output }: RecordedEnd): Omit<ResultBody, 'kind' | keyof Names> {
		const { settings, secrets } = this.#context;
		const isPass = attempt.outcome === 'passed';
		return {
			outcome: attempt.outcome,
			reason: attempt.reason,
			evidence: attempt.evidence,
			evidence_needed: settings.evidenceNeeded,
			count: this.#prompt.count,
			exit_code: attempt.exitCode,
			signal: attempt.signal,
			duration_ms: attempt.durationMs,
			output_sha256: attempt.output.sha256,
			bytes: attempt.output.bytes,
			environment_sha256: this.#digestsOf(step).environment_sha256,
			excerpt: isPass ? '' : createExcerpt(output, [...secrets, ...findSecrets(step.env)]),
			executor: this.#frame.executor,
			attestation,
		};
	}

	#digestEnvironment({ shell, env }: PlannedStep): string {
		const variables = Object.entries(env).map(([name, value]) => [name, wellFormed(value)]);
		const content = { platform: this.#context.settings.platform, shell, env: Object.fromEntries(variables) };
		return this.#context.hashes.sha256(formatCanonicalJson(content));
	}
}

/** Half of a surrogate pair has no canonical form. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');
