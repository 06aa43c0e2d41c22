import type { StepResult } from '../core/events.ts';
import type { StepFilter } from './select-steps.ts';

/** What `--step` names. */
export interface StepChoice {
	/** Positions from 1. */
	readonly numbers: ReadonlySet<number>;
	/** Whole names, in any case. */
	readonly names: readonly string[];
}

/** Makes the filter of `--step`. */
export function createStepFilter({ numbers, names }: StepChoice, label: string): StepFilter {
	const wanted = new Set(names.map((name) => name.toLowerCase()));
	return {
		label,
		words: names,
		selects: ({ ref }) => numbers.has(ref.number) || wanted.has(ref.name.toLowerCase()),
		offers: ({ ref }) => [ref.name],
		shows: ({ ref }) => `${ref.number} ${ref.name}`,
	};
}

/**
 * Makes the filter of `--grep`: steps whose name matches, and all steps of prompts whose path or title does.
 *
 * @param patterns - `/…/flags`, or text that is found in any case; any of them.
 * @throws {SyntaxError} What stands between slashes is no regular expression.
 */
export function createGrepFilter(patterns: readonly string[], label: string): StepFilter {
	const tests = patterns.map(toTest);
	const matches = (text: string | null): boolean => text !== null && tests.some((test) => test(text));
	return {
		label,
		words: patterns,
		selects: ({ ref }, { file, title }) => matches(ref.name) || matches(file) || matches(title),
		offers: ({ ref }) => [ref.name],
	};
}

function toTest(pattern: string): (text: string) => boolean {
	const written = /^\/(.+)\/([imsuv]*)$/s.exec(pattern);
	if (written?.[1] !== undefined) {
		const regex = new RegExp(written[1], written[2]);
		return (text) => regex.test(text);
	}
	const wanted = pattern.toLowerCase();
	return (text) => text.toLowerCase().includes(wanted);
}

/**
 * Makes the filter of `--tag`.
 *
 * @param words - A step needs one of the tags, and none of those with `!` before them.
 */
export function createTagFilter(words: readonly string[], label: string): StepFilter {
	const lower = words.map((word) => word.toLowerCase());
	const unwanted = lower.filter((word) => word.startsWith('!')).map((word) => word.slice(1));
	const wanted = lower.filter((word) => !word.startsWith('!'));
	return {
		label,
		words: wanted,
		selects: ({ tags }) =>
			(wanted.length === 0 || wanted.some((tag) => tags.includes(tag))) && !unwanted.some((tag) => tags.includes(tag)),
		offers: ({ tags }) => tags,
		whenEmpty: 'no step has a tag, give it one with a line such as **Tags**: smoke',
	};
}

/** Makes the filter of a set of prompts. */
export const createFileFilter = (
	files: ReadonlySet<string>,
	label: string,
	{ whenEmpty }: { readonly whenEmpty?: string } = {},
): StepFilter => ({
	label,
	words: [],
	selects: (_step, { file }) => files.has(file),
	offers: () => [],
	...(whenEmpty !== undefined && { whenEmpty }),
});

/**
 * Makes the filter of `--failed`: steps whose last result was no pass. A step that was only skipped keeps the result it had before.
 *
 * @param results - Of earlier runs, the newest first, all of prompts with the same paths as now.
 */
export function createFailedFilter(results: Iterable<StepResult>, label: string): StepFilter {
	const last = new Map<string, boolean>();
	for (const { file, name, number, outcome } of results) {
		if (outcome === 'skipped') continue;
		// A step that moved keeps its name; of those that share one, the position tells them apart.
		for (const key of [keyOf(file, name, number), keyOf(file, name)])
			if (!last.has(key)) last.set(key, outcome !== 'passed');
	}
	return {
		label,
		words: [],
		selects: ({ ref: { name, number } }, { file }) =>
			last.get(keyOf(file, name, number)) ?? last.get(keyOf(file, name)) ?? false,
		offers: () => [],
		whenEmpty: 'by the reports, nothing of it failed the last time',
	};
}

const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);
