import type { Diagnostic, Span } from '../core/places.ts';
import { isShell } from './fence.ts';
import type { StepPlace } from './find-steps.ts';
import { createFinding } from './lint-rules.ts';
import type { Directives, Step } from './prompt.ts';
import { readCommands } from './read-commands.ts';
import { readStepDirectives } from './read-directives.ts';
import { checkExpectation, readExpectation } from './read-expectation.ts';
import type { SourceText } from './source-text.ts';
import { readStepFields, type StepField, type StepFields } from './step-fields.ts';

/** What a step needs to know of its prompt. */
export interface StepContext {
	/** Position among the steps of the prompt, from 1. */
	readonly number: number;
	/** From the front matter; what the step sets itself comes before it. */
	readonly common: Directives;
}

/**
 * Reads one step.
 *
 * @returns `null` for a place that only holds other steps.
 */
export function readStep(place: StepPlace, { number, common }: StepContext, source: SourceText): Step | null {
	const fields = readStepFields(place.content, source);
	if (place.isContainer && !hasCommands(fields)) return null;
	const head = source.span(place.start, place.headEnd);
	const commands = readCommands(fields, place.kind, head, source);
	const settings = readStepDirectives(fields, source);
	const expectation = readExpectation(
		fields,
		{ trailingProse: commands.trailingProse, own: settings.directives, common },
		source,
	);
	const problems = [...commands.problems];
	// Limits and expectations of a text that nobody runs are nobody's concern.
	if (commands.isRunnable) problems.push(...settings.problems, ...checkExpectation(fields, expectation, head, source));
	return {
		number,
		name: place.name,
		label: place.label,
		line: head.start.line,
		kind: place.kind,
		goal: readGoal(fields),
		commands: commands.commands,
		expectation,
		directives: settings.directives,
		span: spanOf(place, source),
		problems,
	};
}

const hasCommands = ({ fields, looseFences }: StepFields): boolean =>
	fields.some(({ label }) => label.kind === 'command') || looseFences.some(({ language }) => isShell(language));

function readGoal({ fields }: StepFields): string | null {
	const field = fields.find(({ label }) => label.kind === 'goal');
	return field === undefined ? null : proseOf(field) || null;
}

/** The words of a field, fences left out. */
export const proseOf = (field: StepField): string =>
	field.parts
		.map((part) => ('piece' in part ? part.piece.text : ' '))
		.join('')
		.replace(/\s+/g, ' ')
		.trim();

function spanOf(place: StepPlace, source: SourceText): Span {
	const last = place.content.at(-1);
	return source.span(place.start, Math.max(place.headEnd, last === undefined ? 0 : source.endOf(last)));
}

/** Finds steps under one heading that a report could not tell apart. */
export function findDuplicateNames(
	steps: readonly { readonly step: Step; readonly scope: number }[],
): readonly Diagnostic[] {
	const firstByName = new Map<string, Step>();
	return steps.flatMap(({ step, scope }) => {
		const key = `${scope} ${step.label}: ${step.name}`.toLowerCase();
		const first = firstByName.get(key);
		if (first === undefined) {
			firstByName.set(key, step);
			return [];
		}
		return [
			createFinding(
				'duplicate-step-name',
				{ start: step.span.start, end: step.span.start },
				{
					message: `Two steps are called "${step.label}: ${step.name}", the other one in line ${first.line}`,
					advice: 'Give each step a name of its own',
				},
			),
		];
	});
}
