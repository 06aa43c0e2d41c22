import type { StepRef } from '../core/events.ts';
import type { Reason } from '../core/outcomes.ts';
import type { Diagnostic } from '../core/places.ts';
import { explainBadPattern } from '../core/text-pattern.ts';
import { compileExpectation, type Expectation } from '../expect/compile-expectation.ts';
import type { ImplementationBlock, Metrics, Prompt, Step } from '../prompt/prompt.ts';
import { createContentWriter } from '../prompt/step-digest.ts';
import type { PlanSettings } from './settings.ts';
import { buildScript, chooseShell } from './shell-script.ts';

/** A step with everything resolved that its execution needs. */
export interface PlannedStep {
	readonly ref: StepRef;
	/** Placeholders filled; empty when `refusal` says why. */
	readonly script: string;
	/** The commands as the prompt has them, for people. */
	readonly shownCommand: string;
	readonly shell: string;
	/** Canonical text of everything in the document that can change the verdict; its SHA-256 is the step's digest. */
	readonly content: string;
	readonly expectation: Expectation;
	readonly timeoutMs: number;
	readonly stallMs: number;
	readonly errorPatterns: readonly string[];
	readonly retries: number;
	/** As written; relative to the folder of the prompt. */
	readonly workingDirectory: string | null;
	readonly env: Readonly<Record<string, string>>;
	readonly isBackground: boolean;
	readonly readyWhen: string | null;
	readonly requires: readonly string[];
	/** Empty: every platform. */
	readonly platforms: readonly string[];
	/** Of the step and of the front matter, in lower case. */
	readonly tags: readonly string[];
	/** The step's own paths and globs, relative to the folder of the prompt. */
	readonly watches: readonly string[];
	/** Why the step can't run. */
	readonly refusal: { readonly reason: Reason; readonly detail: string } | null;
}

/** A prompt ready to run. */
export interface PlannedPrompt {
	/** As the user gave it. */
	readonly file: string;
	readonly title: string | null;
	readonly steps: readonly PlannedStep[];
	readonly setup: string | null;
	readonly teardown: string | null;
	readonly shell: string;
	readonly env: Readonly<Record<string, string>>;
	readonly workingDirectory: string | null;
	/** Paths and globs that all steps depend on, relative to the folder of the prompt. */
	readonly watches: readonly string[];
	/** How many of its steps were not selected. */
	readonly unselected: number;
	readonly count: 'step' | 'run';
	readonly stop: 'first-failure' | 'never';
	readonly implementation: readonly ImplementationBlock[];
	/** What was planned from; lets the counts be written without reading an unchanged document again. */
	readonly source: string;
	/** Read from `source`. */
	readonly document: Prompt;
	readonly metrics: Metrics | null;
	/** What is wrong with the document as a whole; an error here means that it should not run. */
	readonly documentProblems: readonly Diagnostic[];
	/** Everything found wrong with the document and its steps, in document order. */
	readonly problems: readonly Diagnostic[];
}

/**
 * Resolves what each step of a prompt will do: step over front matter over settings.
 *
 * @param document - `file`: path as the user gave it, results carry it. `prompt`: parsed from `source`.
 * @returns Selected steps only, in document order.
 */
export function planPrompt(
	document: { readonly file: string; readonly source: string; readonly prompt: Prompt },
	settings: PlanSettings,
): PlannedPrompt {
	const { file, source, prompt } = document;
	const common = prompt.settings.directives;
	const shell = prompt.settings.shell ?? settings.shell;
	const steps = prompt.steps.filter((step) => settings.steps?.has(step.number) ?? true);
	const context: PlanContext = { file, shell, settings, writeContent: createContentWriter(prompt) };
	const planned = steps.map((step) => planStep(step, prompt, context));
	return {
		file,
		title: prompt.title,
		steps: planned,
		setup: prompt.settings.setup ?? null,
		teardown: prompt.settings.teardown ?? null,
		shell,
		env: common.env ?? {},
		workingDirectory: common.workingDirectory ?? null,
		watches: common.watches ?? [],
		unselected: prompt.steps.length - planned.length,
		count: prompt.settings.count ?? settings.count,
		stop: prompt.settings.stop ?? settings.stop,
		implementation: prompt.implementation,
		source,
		document: prompt,
		metrics: prompt.metrics,
		documentProblems: prompt.problems,
		problems: [
			...prompt.problems,
			...prompt.steps.flatMap((step) => step.problems),
			...expectationProblems(planned),
		].sort((a, b) => a.span.start.offset - b.span.start.offset),
	};
}

const expectationProblems = (steps: readonly PlannedStep[]): readonly Diagnostic[] =>
	steps.flatMap((step) => step.expectation.problems);

interface PlanContext {
	readonly file: string;
	readonly shell: string;
	readonly settings: PlanSettings;
	readonly writeContent: (step: Step) => string;
}

function planStep(step: Step, prompt: Prompt, context: PlanContext): PlannedStep {
	const own = step.directives;
	const common = prompt.settings.directives;
	const { settings } = context;
	const expectation = compileExpectation(step.expectation);
	const errorPatterns = own.errorPatterns ?? common.errorPatterns ?? settings.errorPatterns;
	return Object.assign(new StepTexts(step, context.writeContent), {
		ref: { file: context.file, number: step.number, name: step.name, line: step.line },
		shownCommand: step.commands.map((command) => command.text).join('\n'),
		shell: chooseShell(step.commands, context.shell),
		expectation,
		timeoutMs: own.timeoutMs ?? common.timeoutMs ?? settings.timeoutMs,
		stallMs: own.stallMs ?? common.stallMs ?? settings.stallMs,
		errorPatterns,
		retries: own.retries ?? common.retries ?? settings.retries,
		workingDirectory: own.workingDirectory ?? common.workingDirectory ?? null,
		env: { ...common.env, ...own.env },
		isBackground: own.background ?? common.background ?? false,
		readyWhen: own.readyWhen ?? common.readyWhen ?? null,
		requires: [...(common.requires ?? []), ...(own.requires ?? [])],
		platforms: own.platform ?? common.platform ?? [],
		tags: [...new Set([...(common.tags ?? []), ...(own.tags ?? [])])],
		watches: own.watches ?? [],
		refusal: findRefusal(step, expectation.problems) ?? refuseBadPattern(errorPatterns),
	});
}

/**
 * The texts of a step, written when they are read: who only looks for problems asks for neither. A class, since an object with getters of
 * its own has a shape of its own too, which keeps all that it leads to until memory is searched as a whole.
 */
class StepTexts implements Pick<PlannedStep, 'script' | 'content'> {
	readonly #step: Step;
	readonly #writeContent: (step: Step) => string;
	#script: string | null = null;
	#content: string | null = null;

	constructor(step: Step, writeContent: (step: Step) => string) {
		this.#step = step;
		this.#writeContent = writeContent;
	}

	get script(): string {
		this.#script ??= buildScript(this.#step.commands);
		return this.#script;
	}

	get content(): string {
		this.#content ??= this.#writeContent(this.#step);
		return this.#content;
	}
}

const REFUSAL_BY_RULE: Readonly<Record<string, Reason>> = {
	'placeholder-command': 'placeholder',
	'prose-command': 'prose',
	'no-command': 'no-command',
	'empty-fence': 'no-command',
};

function findRefusal(step: Step, expectationIssues: readonly Diagnostic[]): PlannedStep['refusal'] {
	const problem = [...step.problems, ...expectationIssues].find(({ severity }) => severity === 'error');
	if (problem) {
		const advice = problem.advice === undefined ? '' : `: ${problem.advice}`;
		return { reason: REFUSAL_BY_RULE[problem.ruleId] ?? 'invalid', detail: `${problem.message}${advice}` };
	}
	if (step.commands.length > 0) return null;
	const why = step.problems[0];
	return {
		reason: (why && REFUSAL_BY_RULE[why.ruleId]) ?? 'no-command',
		detail: why?.message ?? 'The step has no command to run',
	};
}

/** By the list: nearly all steps of all prompts share the one of the settings. */
const refusals = new WeakMap<readonly string[], { readonly refusal: PlannedStep['refusal'] }>();

function refuseBadPattern(patterns: readonly string[]): PlannedStep['refusal'] {
	const known = refusals.get(patterns) ?? { refusal: findBadPattern(patterns) };
	refusals.set(patterns, known);
	return known.refusal;
}

function findBadPattern(patterns: readonly string[]): PlannedStep['refusal'] {
	const bad = patterns.find((pattern) => explainBadPattern(pattern) !== null);
	if (bad === undefined) return null;
	return { reason: 'invalid', detail: `The error pattern ${bad} can't be used: ${explainBadPattern(bad)}` };
}
