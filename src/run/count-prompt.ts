import { AppError, isAppError } from '../core/errors.ts';
import type { CountsResult, StepResult } from '../core/events.ts';
import { type Counts, scoreOf } from '../core/outcomes.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import { judgeCounts } from '../gate/judge-counts.ts';
import type { SettleState } from '../ledger/ledger.ts';
import { insertMetrics } from '../prompt/insert-metrics.ts';
import { parsePrompt } from '../prompt/parse-prompt.ts';
import { updateMetrics } from '../prompt/update-metrics.ts';
import type { RunContext } from './context.ts';
import { decodePrompt, encodePrompt } from './decode-prompt.ts';
import type { PlannedPrompt } from './plan-prompt.ts';
import type { PromptRecord } from './prompt-record.ts';

/**
 * Brings a run on a prompt to its end: settles it in the ledger and writes the counts that the ledger derives into the prompt, on what
 * the file holds now. Counts that the ledger does not explain are kept, and only what the steps scored is added to them.
 *
 * @param record - `null`: nothing is recorded, so nothing is written.
 * @returns What was written, or why not; never throws for the state of the files.
 */
export async function countPrompt(
	prompt: PlannedPrompt,
	steps: readonly StepResult[],
	record: PromptRecord | null,
	context: RunContext,
): Promise<CountsResult> {
	const added = prompt.count === 'run' ? scoreRun(steps, prompt) : scoreSteps(steps);
	const edit = new CountsEdit(prompt, added, context);
	try {
		if (record?.failure) throw record.failure;
		if (record?.hasBegun) return await settle(edit, { isComplete: isComplete(steps, prompt), record, context });
		edit.apply(await context.files.read(prompt.file), null);
		return edit.result();
	} catch (error) {
		if (!isAppError(error)) throw error;
		const { advice = null } = error;
		if (advice !== null)
			context.story.tell({ type: 'warning', message: `${prompt.file} keeps the counts that it had`, advice });
		const refused = { before: null, after: null, added, write: 'refused' as const, stage: null };
		return { ...refused, detail: error.message, code: error.code };
	}
}

async function settle(
	edit: CountsEdit,
	{ isComplete, record, context }: { isComplete: boolean; record: PromptRecord; context: RunContext },
): Promise<CountsResult> {
	let total: Counts | null = null;
	const { settled, beginning } = await record.settle(isComplete, async (state) => {
		total = state.total;
		await context.files.update(record.promptFile, (bytes) => edit.apply(bytes, state));
		const { after } = edit.result();
		return after && { counts: after };
	});
	const result = edit.result();
	const ledger = {
		path: record.path,
		head: settled?.hash ?? null,
		isNew: beginning.isNew,
		lost: beginning.lost,
		derived: total,
		isExplained: edit.isExplained,
	};
	tellOddities(edit.file, { ...result, ledger }, context);
	return { ...result, ledger };
}

function tellOddities(file: string, { before, ledger }: CountsResult, { story }: RunContext): void {
	if (!ledger) return;
	if (!ledger.isExplained && before && ledger.derived) {
		const [held, derived] = [before, ledger.derived].map(({ success, failure }) => `${success}:${failure}`);
		const message = `${file}: the ledger does not explain the counts that stood in the file, ${held}; with this run it derives ${derived}`;
		story.tell({ type: 'warning', message, advice: `See what differs with: verify audit ${quoteForShell(file)}` });
	}
	if (ledger.lost > 0) {
		const what = ledger.lost === 1 ? 'An execution' : `${ledger.lost} executions`;
		const message = `${file}: ${what} of an earlier run never reported and stands in the ledger as lost now`;
		story.tell({ type: 'warning', message, advice: null });
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
function scoreRun(steps: readonly StepResult[], { unselected }: PlannedPrompt): Counts {
	const { success, failure } = scoreSteps(steps);
	if (failure > 0) return { success: 0, failure: 1 };
	const isWhole =
		success > 0 && unselected === 0 && steps.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped');
	return { success: isWhole ? 1 : 0, failure: 0 };
}

/** Every selected step came to an end of its own, or does not belong here. What counts as a whole must have run as a whole. */
const isComplete = (steps: readonly StepResult[], { count, unselected }: PlannedPrompt): boolean =>
	(count === 'step' || unselected === 0) &&
	steps.every(({ outcome, reason }) =>
		outcome === 'skipped'
			? reason !== 'earlier-failure'
			: outcome === 'passed' || outcome === 'failed' || outcome === 'flaky' || outcome === 'unproven',
	);

class CountsEdit {
	isExplained = true;
	readonly #prompt: PlannedPrompt;
	readonly #added: Counts;
	readonly #context: RunContext;
	#result: CountsResult | null = null;

	constructor(prompt: PlannedPrompt, added: Counts, context: RunContext) {
		this.#prompt = prompt;
		this.#added = added;
		this.#context = context;
	}

	get file(): string {
		return this.#prompt.file;
	}

	/**
	 * @param state - `null`: nothing may be written.
	 * @returns The new bytes, or `null` when the file stays as it is.
	 */
	apply(bytes: Uint8Array, state: SettleState | null): Uint8Array | null {
		const { file, source: planned } = this.#prompt;
		const source = decodePrompt(bytes, file);
		const plan = source === planned ? this.#prompt : null;
		const prompt = plan?.document ?? parsePrompt(source);
		const { metrics } = prompt;
		const { settings } = this.#context;
		if (metrics === null && !settings.init) {
			// Somebody took it away, or the file is being written: what was scored stays in the ledger until there is a place for it.
			if (state !== null && this.#prompt.metrics !== null)
				throw new AppError(
					'PROMPT_INVALID',
					`Cannot count in ${file}: its metrics section is gone since the run began`,
				);
			return this.#keep('no-metrics', 'The prompt has no metrics section; add one with --init');
		}
		const before = metrics === null ? { success: 0, failure: 0 } : toCounts(metrics.success, metrics.failure);
		if (before === null) {
			throw new AppError('PROMPT_INVALID', `Cannot count in ${file}: its counts are not numbers`);
		}
		const after = this.#resolve(before, state);
		const stage =
			state === null
				? judgeCounts(after).stage
				: this.#context.judgeStage({ file, source, prompt, plan }, after, state.records);
		const known = { before, after, stage, detail: null };
		const isChanged = before.success !== after.success || before.failure !== after.failure;
		if (state === null) return this.#keep(settings.write || !hasScore(this.#added) ? 'nothing' : 'dry', null, known);
		// Another run may have written what this one scored: it stands in the ledger as soon as a step has ended.
		if (!isChanged) return this.#keep(hasScore(this.#added) ? 'written' : 'nothing', null, known);
		const [date = '', time = ''] = new Date(this.#context.clock.nowMs()).toISOString().split(/[T.]/);
		const update = { ...after, date, time, isGraduated: stage !== 'development' };
		this.#result = { ...known, added: this.#added, write: 'written' };
		return encodePrompt(metrics === null ? insertMetrics(source, update) : updateMetrics(source, metrics, update));
	}

	result(): CountsResult {
		if (this.#result === null) throw new TypeError('The counts were not applied');
		return this.#result;
	}

	#resolve(before: Counts, state: SettleState | null): Counts {
		if (state === null) {
			return { success: before.success + this.#added.success, failure: before.failure + this.#added.failure };
		}
		const { counts, isExplained } = state.resolve(before);
		this.isExplained = isExplained;
		return counts;
	}

	#keep(write: CountsResult['write'], detail: string | null, known: Partial<CountsResult> = {}): null {
		this.#result = { before: null, after: null, stage: null, ...known, added: this.#added, write, detail };
		return null;
	}
}

const toCounts = (success: number | null, failure: number | null): Counts | null =>
	success === null || failure === null ? null : { success, failure };
