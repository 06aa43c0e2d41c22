import type { PromptRow, StepRow } from './report-data.ts';

/** Steps that failed alike. */
export interface FailureGroup {
	/** Fingerprint. */
	readonly group: string;
	/** Of the first step. */
	readonly message: string;
	readonly steps: readonly { readonly prompt: PromptRow; readonly step: StepRow }[];
}

/** Groups what did not pass by its fingerprint, largest group first; skipped and aborted steps are left out. */
export function groupFailures(prompts: readonly PromptRow[]): readonly FailureGroup[] {
	const groups = new Map<string, { message: string; steps: { prompt: PromptRow; step: StepRow }[] }>();
	for (const prompt of prompts) {
		for (const step of prompt.steps) {
			if (step.group === null || step.outcome === 'skipped' || step.outcome === 'aborted') continue;
			const group = groups.get(step.group) ?? { message: step.message ?? step.outcome, steps: [] };
			group.steps.push({ prompt, step });
			groups.set(step.group, group);
		}
	}
	return [...groups]
		.map(([group, { message, steps }]) => ({ group, message, steps }))
		.sort((a, b) => b.steps.length - a.steps.length);
}
