import { AppError, isAppError } from '../core/errors.ts';
import type { CountsResult, StepResult } from '../core/events.ts';
import { type Counts, scoreOf } from '../core/outcomes.ts';
import { judgeCounts } from '../gate/judge-counts.ts';
import { insertMetrics } from '../prompt/insert-metrics.ts';
import { parsePrompt } from '../prompt/parse-prompt.ts';
import { updateMetrics } from '../prompt/update-metrics.ts';
import type { RunContext } from './context.ts';
import { decodePrompt, encodePrompt } from './decode-prompt.ts';
import type { PlannedPrompt } from './plan-prompt.ts';

/**
 * Adds what the steps scored to the counts in the prompt, on what the file holds now.
 *
 * @returns What was written, or why not; never throws for the state of the file.
 */
export async function countPrompt(
	prompt: PlannedPrompt,
	steps: readonly StepResult[],
	context: RunContext,
): Promise<CountsResult> {
	const added = prompt.count === 'run' ? scoreRun(steps) : scoreSteps(steps);
	const edit = new CountsEdit(prompt, added, context);
	try {
		if (context.settings.write && hasScore(added))
			await context.files.update(prompt.file, (bytes) => edit.apply(bytes));
		else edit.apply(await context.files.read(prompt.file));
		return edit.result();
	} catch (error) {
		if (!isAppError(error)) throw error;
		return { before: null, after: null, added, write: 'refused', detail: error.message, stage: null };
	}
}

const hasScore = (counts: Counts): boolean => counts.success + counts.failure > 0;

function scoreSteps(steps: readonly StepResult[]): Counts {
	const scores = steps.map((step) => scoreOf(step.outcome));
	return {
		success: scores.reduce((sum, score) => sum + score.success, 0),
		failure: scores.reduce((sum, score) => sum + score.failure, 0),
	};
}

/** The prompt as a whole: a failure if any step failed, a success if all that could run passed, else nothing. */
function scoreRun(steps: readonly StepResult[]): Counts {
	const { success, failure } = scoreSteps(steps);
	if (failure > 0) return { success: 0, failure: 1 };
	const isWhole = success > 0 && steps.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped');
	return { success: isWhole ? 1 : 0, failure: 0 };
}

class CountsEdit {
	readonly #prompt: PlannedPrompt;
	readonly #added: Counts;
	readonly #context: RunContext;
	#result: CountsResult | null = null;

	constructor(prompt: PlannedPrompt, added: Counts, context: RunContext) {
		this.#prompt = prompt;
		this.#added = added;
		this.#context = context;
	}

	/** @returns The new bytes, or `null` when the file stays as it is. */
	apply(bytes: Uint8Array): Uint8Array | null {
		const { file, source: planned } = this.#prompt;
		const source = decodePrompt(bytes, file);
		const metrics = source === planned ? this.#prompt.metrics : parsePrompt(source).metrics;
		const { settings } = this.#context;
		if (metrics === null && !settings.init)
			return this.#keep('no-metrics', 'The prompt has no metrics section; add one with --init');
		const before = metrics === null ? { success: 0, failure: 0 } : toCounts(metrics.success, metrics.failure);
		if (before === null) {
			throw new AppError('PROMPT_INVALID', `Cannot count in ${file}: its counts are not numbers`);
		}
		const after = { success: before.success + this.#added.success, failure: before.failure + this.#added.failure };
		const { stage } = judgeCounts(after);
		const known = { before, after, stage, detail: null };
		if (!hasScore(this.#added)) return this.#keep('nothing', null, known);
		if (!settings.write) return this.#keep('dry', null, known);
		const [date = '', time = ''] = new Date(this.#context.clock.nowMs()).toISOString().split(/[T.]/);
		const update = { ...after, date, time, isGraduated: stage !== 'development' };
		this.#result = { ...known, added: this.#added, write: 'written' };
		return encodePrompt(metrics === null ? insertMetrics(source, update) : updateMetrics(source, metrics, update));
	}

	result(): CountsResult {
		if (this.#result === null) throw new TypeError('The counts were not applied');
		return this.#result;
	}

	#keep(write: CountsResult['write'], detail: string | null, known: Partial<CountsResult> = {}): null {
		this.#result = { before: null, after: null, stage: null, ...known, added: this.#added, write, detail };
		return null;
	}
}

const toCounts = (success: number | null, failure: number | null): Counts | null =>
	success === null || failure === null ? null : { success, failure };
