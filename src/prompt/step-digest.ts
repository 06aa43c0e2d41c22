import { formatCanonicalJson, type JsonValue } from '../core/canonical-json.ts';
import type { Hashes } from '../core/ports.ts';
import type { Directives, Prompt, Step } from './prompt.ts';

/**
 * Digests what a step is, as far as it can change the verdict: credit follows this digest.
 *
 * @returns 64 hex digits in lower case; equal for steps that {@link stepContent} can't tell apart.
 */
export const digestStep = (prompt: Prompt, step: Step, hashes: Hashes): string =>
	hashes.sha256(formatCanonicalJson(stepContent(prompt, step)));

/**
 * Makes what writes the content of steps of one prompt, see {@link stepContent}, in its canonical form. The implementation, which is in all
 * of them, is written once.
 */
export function createContentWriter(prompt: Prompt): (step: Step) => string {
	let shared: { readonly value: JsonValue; readonly texts: ReadonlyMap<JsonValue, string> } | null = null;
	return (step) => {
		if (shared === null) {
			const value = implementationContent(prompt);
			shared = { value, texts: new Map([[value, formatCanonicalJson(value)]]) };
		}
		return formatCanonicalJson(stepContent(prompt, step, shared.value), shared.texts);
	};
}

/**
 * Collects everything in the document that can change a step's verdict: its commands, what it expects, its directives merged with the
 * front matter's, shell, setup and implementation. Not in it: name, heading, goal, positions, other steps, counts, and what flags say.
 *
 * @param prompt - The one that `step` stands in.
 * @param implementation - Its implementation, where it was collected already.
 * @returns A value with a canonical form; members that the document does not set are left out.
 */
export function stepContent(
	prompt: Prompt,
	step: Step,
	implementation: JsonValue = implementationContent(prompt),
): JsonValue {
	const { settings } = prompt;
	const { parts, match, stream, exitCodes } = step.expectation;
	// Names in the order of the canonical form.
	return {
		commands: step.commands.map(({ text, language }) => ({ language: orNull(language), text: wellFormed(text) })),
		directives: mergeDirectives(settings.directives, step.directives),
		expectation: {
			...(exitCodes && { exit_codes: exitCodes }),
			...(match && { match }),
			parts: parts.map((part) => ({
				...(part.isApart && { apart: true }),
				kind: part.kind,
				...(part.kind === 'fence' && { language: orNull(part.language) }),
				text: wellFormed(part.text),
			})),
			stream,
		},
		implementation,
		...(settings.setup !== undefined && { setup: wellFormed(settings.setup) }),
		...(settings.shell !== undefined && { shell: wellFormed(settings.shell) }),
		v: 1,
	};
}

const implementationContent = ({ implementation }: Prompt): JsonValue =>
	implementation.map(({ language, text }) => ({ language: orNull(language), text: wellFormed(text) }));

/** As a run merges them; `match`, `stream` and `exitCodes` are part of the expectation already. */
function mergeDirectives(common: Directives, own: Directives): JsonValue {
	const merged = { ...common, ...own };
	const env = { ...common.env, ...own.env };
	const requires = [...(common.requires ?? []), ...(own.requires ?? [])];
	return {
		...(merged.timeoutMs !== undefined && { timeout_ms: finite(merged.timeoutMs) }),
		...(merged.stallMs !== undefined && { stall_ms: finite(merged.stallMs) }),
		...(merged.workingDirectory !== undefined && { working_directory: wellFormed(merged.workingDirectory) }),
		...(Object.keys(env).length > 0 && {
			env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, wellFormed(value)])),
		}),
		...(merged.errorPatterns && { error_patterns: merged.errorPatterns.map(wellFormed) }),
		...(merged.retries !== undefined && { retries: merged.retries }),
		...(merged.background !== undefined && { background: merged.background }),
		...(merged.readyWhen !== undefined && { ready_when: wellFormed(merged.readyWhen) }),
		...(requires.length > 0 && { requires: requires.map(wellFormed) }),
		...(merged.platform && { platform: merged.platform.map(wellFormed) }),
	};
}

const orNull = (text: string | null): string | null => (text === null ? null : wellFormed(text));

/** An escape in YAML front matter can name half of a surrogate pair, which has no canonical form and no UTF-8 either. */
const wellFormed = (text: string): string => text.toWellFormed();

/** Digits enough make a duration infinite. */
const finite = (value: number): number => Math.min(value, Number.MAX_SAFE_INTEGER);
