import type { PlannedPrompt, PlannedStep } from '../../run/plan-prompt.ts';
import { promptContent } from '../select/prompt-content.ts';

/** What a prompt rests on at one moment. */
export interface PromptState {
	readonly prompt: PlannedPrompt;
	/** Digests by path of what all steps watch. */
	readonly common: ReadonlyMap<string, string>;
	/** Of what each step watches alone, by its number. */
	readonly own: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

/** What must run again, and why. */
export interface Touched {
	readonly steps: ReadonlySet<PlannedStep>;
	/** Paths that changed. */
	readonly because: readonly string[];
}

/**
 * Finds the steps of a prompt that a change touches: all of them when their text or what they watch together changed, else those whose own
 * files did.
 *
 * @param former - `null`: it was not there before.
 */
export function findTouched(former: PromptState | null, now: PromptState): Touched {
	const { prompt } = now;
	const all = new Set(prompt.steps);
	if (former === null || promptContent(former.prompt) !== promptContent(prompt))
		return { steps: all, because: [prompt.file] };
	const common = differences(former.common, now.common);
	if (common.length > 0) return { steps: all, because: common };
	const touched = prompt.steps.map((step) => {
		const { number } = step.ref;
		return { step, paths: differences(former.own.get(number) ?? new Map(), now.own.get(number) ?? new Map()) };
	});
	const changed = touched.filter(({ paths }) => paths.length > 0);
	return {
		steps: new Set(changed.map(({ step }) => step)),
		because: [...new Set(changed.flatMap(({ paths }) => paths))],
	};
}

/** @returns Paths that came, went, or have another digest. */
function differences(former: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly string[] {
	return [...new Set([...former.keys(), ...now.keys()])].filter((path) => former.get(path) !== now.get(path)).sort();
}
