import type { PlannedPrompt } from '../../run/plan-prompt.ts';

/**
 * Collects all of a prompt that a run depends on, so that two readings of it can be compared: steps with their implementation, setup and
 * teardown. Counts, dates and other words are not in it.
 *
 * @param prompt - With all its steps.
 */
export const promptContent = ({ steps, setup, teardown, stop, count, watches }: PlannedPrompt): string =>
	JSON.stringify([
		steps.map((step) => [step.ref.name, step.content, step.tags, step.watches]),
		[setup, teardown, stop, count, watches],
	]);
