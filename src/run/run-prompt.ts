import { dirname, resolve } from 'node:path';
import type { PromptResult, StepResult } from '../core/events.ts';
import type { Outcome, Reason } from '../core/outcomes.ts';
import { compileReadiness } from '../expect/compile-readiness.ts';
import type { PromptLedger } from '../ledger/ledger.ts';
import type { AttemptContext, RunContext } from './context.ts';
import { countPrompt } from './count-prompt.ts';
import { digestPrompt } from './digest-prompt.ts';
import { implementationEnv } from './implementation-env.ts';
import type { PlannedPrompt, PlannedStep } from './plan-prompt.ts';
import { createPromptRecord, type PromptRecord, type RecordFrame } from './prompt-record.ts';
import { type RunningAttempt, startAttempt } from './run-attempt.ts';
import { runControl } from './run-control.ts';
import { runStep, type StepPlace, toResult, toUnrunResult } from './run-step.ts';
import { readTrustedKeys } from './weigh-key.ts';

/**
 * Runs a prompt: implementation blocks, setup, steps in order, background steps to the end, teardown, counts.
 *
 * @returns What became of it; every planned step has its result, in document order.
 */
export async function runPrompt(
	prompt: PlannedPrompt,
	frame: Pick<RecordFrame, 'run' | 'executor'>,
	runContext: RunContext,
): Promise<PromptResult> {
	const ledger = await runContext.openLedger(prompt.file);
	const context = {
		...runContext,
		record: createRecord(ledger, prompt, frame, runContext),
		trustedKeys: await readTrustedKeys(dirname(ledger.path), runContext.files),
	};
	const { story, clock } = context;
	const startedAt = clock.monotonicMs();
	story.tell({ type: 'prompt-started', file: prompt.file, title: prompt.title, steps: prompt.steps.length });
	const shared = { ...prompt.env, ...(await implementationEnv(prompt, context)) };
	const steps = await new StepSequence(prompt, shared, context).run();
	const counts = await countPrompt(prompt, steps, context.record, context);
	const result: PromptResult = {
		file: prompt.file,
		title: prompt.title,
		outcome: worstOf(steps),
		steps,
		counts,
		durationMs: Math.round(clock.monotonicMs() - startedAt),
		warnings: [],
		digests: await digestPrompt(prompt, counts.write === 'written' ? ledger.promptFile : null, context),
	};
	story.tell({ type: 'prompt-finished', result });
	return result;
}

/** @returns `null` when nothing will be counted: no place for counts, or `--no-write`. */
function createRecord(
	ledger: PromptLedger,
	prompt: PlannedPrompt,
	frame: Pick<RecordFrame, 'run' | 'executor'>,
	context: RunContext,
): PromptRecord | null {
	const { write, init } = context.settings;
	const { success, failure } = prompt.metrics ?? { success: 0, failure: 0 };
	if (!write || (prompt.metrics === null && !init) || success === null || failure === null) return null;
	return createPromptRecord(ledger, prompt, { ...frame, counts: { success, failure } }, context);
}

interface Background {
	readonly step: PlannedStep;
	readonly attempt: RunningAttempt;
}

/** The steps of one prompt, in order. */
class StepSequence {
	readonly #prompt: PlannedPrompt;
	readonly #env: Readonly<Record<string, string>>;
	readonly #context: AttemptContext;
	readonly #results = new Map<PlannedStep, StepResult>();
	readonly #background: Background[] = [];
	#stoppedBy: StepResult | null = null;

	constructor(prompt: PlannedPrompt, env: Readonly<Record<string, string>>, context: AttemptContext) {
		this.#prompt = prompt;
		this.#env = env;
		this.#context = context;
	}

	async run(): Promise<readonly StepResult[]> {
		const stopped = this.#context.bail?.reason ?? null;
		if (stopped !== null) {
			return this.#prompt.steps.map((step) =>
				this.#finish(step, this.#unrun(step, 'skipped', 'earlier-failure', stopped)),
			);
		}
		const setupFailure = await runControl('setup', this.#prompt.setup, this.#place(null), this.#prompt, this.#context);
		if (setupFailure === null) await this.#runSteps();
		else
			for (const step of this.#prompt.steps)
				this.#finish(step, this.#unrun(step, 'infra', 'setup-failed', setupFailure));
		await this.#endBackground();
		const teardownFailure = await runControl(
			'teardown',
			this.#prompt.teardown,
			this.#place(null),
			this.#prompt,
			this.#context,
		);
		if (teardownFailure !== null) {
			this.#context.story.tell({ type: 'warning', message: `${this.#prompt.file}: ${teardownFailure}`, advice: null });
		}
		return this.#prompt.steps.flatMap((step) => this.#results.get(step) ?? []);
	}

	/** One step after the other: each is proven, and its result in the ledger, before the next one begins. */
	async #runSteps(): Promise<void> {
		for (const step of this.#prompt.steps) {
			const obstacle = await this.#findObstacle(step);
			if (obstacle) this.#finish(step, obstacle);
			else if (step.isBackground) await this.#startBackground(step);
			else this.#finish(step, await runStep(step, this.#place(step), this.#context));
		}
	}

	async #findObstacle(step: PlannedStep): Promise<StepResult | null> {
		const { signal, bail, settings, hasProgram } = this.#context;
		if (signal.aborted) {
			return this.#unrun(step, 'aborted', 'interrupted', 'The run was interrupted before this step');
		}
		const stoppedBy = this.#stoppedBy && `Step ${this.#stoppedBy.number} ${this.#stoppedBy.outcome} before it`;
		const stopped = stoppedBy ?? bail?.reason ?? null;
		if (stopped !== null) return this.#unrun(step, 'skipped', 'earlier-failure', stopped);
		if (step.refusal) return this.#unrun(step, 'refused', step.refusal.reason, step.refusal.detail);
		const { platform } = settings;
		if (step.platforms.length > 0 && !step.platforms.includes(platform)) {
			return this.#unrun(step, 'skipped', 'platform', `Only for ${step.platforms.join(', ')}; this is ${platform}`);
		}
		for (const program of step.requires) {
			if (!(await hasProgram(program))) {
				return this.#unrun(step, 'skipped', 'requires', `${program} is not on PATH`);
			}
		}
		return null;
	}

	async #startBackground(step: PlannedStep): Promise<void> {
		const isReady = step.readyWhen === null ? () => true : compileReadiness(step.readyWhen);
		const place = { ...this.#place(step), number: 1, attempts: 1 };
		const attempt = startAttempt(step, place, this.#context, isReady);
		if (step.readyWhen === null || (await attempt.ready)) this.#background.push({ step, attempt });
		else await this.#finishAttempt(step, attempt);
	}

	async #endBackground(): Promise<void> {
		for (const { attempt } of this.#background) attempt.dismiss();
		for (const { step, attempt } of this.#background) await this.#finishAttempt(step, attempt);
	}

	#place(step: PlannedStep | null): StepPlace {
		const folder = resolve(dirname(this.#prompt.file), step?.workingDirectory ?? this.#prompt.workingDirectory ?? '.');
		return { cwd: this.#context.sharesFiles ? folder : null, env: { ...this.#env, ...step?.env } };
	}

	async #finishAttempt(step: PlannedStep, attempt: RunningAttempt): Promise<void> {
		this.#finish(step, toResult(step, [await attempt.finished], this.#context.settings.evidenceNeeded));
	}

	#unrun(step: PlannedStep, outcome: Outcome, reason: Reason, detail: string): StepResult {
		return toUnrunResult(step, { outcome, reason, detail }, this.#context.settings.evidenceNeeded);
	}

	#finish(step: PlannedStep, result: StepResult): StepResult {
		this.#results.set(step, result);
		if (stopsPrompt(result.outcome) && this.#prompt.stop === 'first-failure') this.#stoppedBy ??= result;
		this.#context.bail?.note(result);
		this.#context.story.tell({ type: 'step-finished', result });
		return result;
	}
}

const stopsPrompt = (outcome: Outcome): boolean => outcome !== 'passed' && outcome !== 'skipped';

/** Worst first: what a prompt as a whole is called by. */
const SEVERITY: readonly Outcome[] = [
	'aborted',
	'infra',
	'refused',
	'unproven',
	'failed',
	'flaky',
	'passed',
	'skipped',
];

const worstOf = (steps: readonly StepResult[]): Outcome =>
	SEVERITY.find((outcome) => steps.some((step) => step.outcome === outcome)) ?? 'skipped';
