import { closestName } from '../core/closest-name.ts';
import type { PlannedPrompt, PlannedStep } from './plan-prompt.ts';

/** One demand on the steps of a run. Several combine: a step must meet all of them. */
export interface StepFilter {
	/** As typed, such as `--tag slow`. */
	readonly label: string;
	/** Names that were typed and might be misspelled. */
	readonly words: readonly string[];
	selects(step: PlannedStep, prompt: PlannedPrompt): boolean;
	/** What could have been typed for a step. */
	offers(step: PlannedStep): readonly string[];
	/** How a step is told where all that there are stand in a row; default: what it offers. */
	readonly shows?: (step: PlannedStep) => string;
	/** Why it may select nothing, where nothing could have been typed. */
	readonly whenEmpty?: string;
}

/**
 * Keeps the steps that meet every filter. Of a prompt of which a step is kept, the background steps before the last kept one stay too:
 * what they start may be needed.
 *
 * @returns Only prompts with a step; where something was left out, `unselected` says how much.
 */
export const selectSteps = (
	prompts: readonly PlannedPrompt[],
	filters: readonly StepFilter[],
): readonly PlannedPrompt[] =>
	prompts.flatMap((prompt) => {
		const wanted = prompt.steps.filter((step) => filters.every((filter) => filter.selects(step, prompt)));
		return wanted.length === 0 ? [] : [keepSteps(prompt, new Set(wanted))];
	});

/** Takes all steps out of a prompt but these, and the background steps before the last of them. */
export function keepSteps(prompt: PlannedPrompt, wanted: ReadonlySet<PlannedStep>): PlannedPrompt {
	const last = prompt.steps.findLastIndex((step) => wanted.has(step));
	const steps = prompt.steps.filter((step, index) => wanted.has(step) || (step.isBackground && index < last));
	if (steps.length === prompt.steps.length) return prompt;
	return { ...prompt, steps, unselected: prompt.unselected + prompt.steps.length - steps.length };
}

/** Why nothing was selected, and what would have been. */
export interface EmptySelection {
	readonly message: string;
	readonly advice: string;
}

/**
 * Explains why no step meets every filter.
 *
 * @param prompts - With all their steps.
 * @param filters - One or more.
 */
export function explainEmpty(prompts: readonly PlannedPrompt[], filters: readonly StepFilter[]): EmptySelection {
	const all = prompts.flatMap((prompt) => prompt.steps.map((step) => ({ step, prompt })));
	const alone = filters.map((filter) => ({
		filter,
		count: all.filter(({ step, prompt }) => filter.selects(step, prompt)).length,
	}));
	const where = prompts.length === 1 ? (prompts[0]?.file ?? '') : `${prompts.length} prompts`;
	const labels = filters.map(({ label }) => label).join(' ');
	const none =
		all.length === 1 ? `the only step of ${where} does not meet` : `none of the ${all.length} steps of ${where} meets`;
	const message = `Cannot run: ${none} ${labels}`;
	const empty = alone.filter(({ count }) => count === 0).map(({ filter }) => filter);
	if (empty.length === 0) {
		const counts = alone.map(({ filter, count }) => `${filter.label} alone selects ${count}`);
		return { message, advice: `Together they leave nothing: ${counts.join(', ')}` };
	}
	return { message, advice: empty.map((filter) => suggest(filter, all)).join('; ') };
}

const MOST_OFFERED = 8;

function suggest(filter: StepFilter, all: readonly { readonly step: PlannedStep }[]): string {
	const offers = [...new Set(all.flatMap(({ step }) => filter.offers(step)))];
	const closest = filter.words.flatMap((word) => closestName(word, offers) ?? []);
	if (closest.length > 0) return `${filter.label} selects nothing, did you mean ${closest.join(', ')}?`;
	if (offers.length === 0)
		return `${filter.label} selects nothing${filter.whenEmpty === undefined ? '' : `: ${filter.whenEmpty}`}`;
	const { shows } = filter;
	const shown = shows === undefined ? offers : all.map(({ step }) => shows(step));
	const more = shown.length > MOST_OFFERED ? ', …' : '';
	return `${filter.label} selects nothing, there are: ${shown.slice(0, MOST_OFFERED).join(', ')}${more}`;
}
