import { parseDuration } from '../../core/durations.ts';
import type { PromptRow, StepRow } from './report-data.ts';

/** What a filter asks for. */
export interface Query {
	/** All must hold. */
	readonly terms: readonly QueryTerm[];
	/** A sentence for each term that is not understood; such a term is left out. */
	readonly problems: readonly string[];
}

interface QueryTerm {
	readonly key: QueryKey;
	/** Any one must match; in lower case. */
	readonly values: readonly string[];
	readonly isNegated: boolean;
}

/** What can stand before a colon. */
export const QUERY_KEYS = ['outcome', 'prompt', 'step', 'reason', 'evidence', 'group', 'slower', 'text'] as const;
type QueryKey = (typeof QUERY_KEYS)[number];

// -key:"a value",other   or a bare word
const TERM = /(-?)(?:([a-z]+):)?("[^"]*"?|[^\s"]+)/gi;

/**
 * Reads a filter such as `outcome:failed,flaky prompt:build -reason:timeout slower:2s "exact words"`.
 *
 * @returns Terms that must all hold; a filter never fails, it names what it left out.
 */
export function parseQuery(text: string): Query {
	const terms: QueryTerm[] = [];
	const problems: string[] = [];
	for (const [, minus = '', name = '', raw = ''] of text.matchAll(TERM)) {
		const key = QUERY_KEYS.find((known) => known === name.toLowerCase()) ?? null;
		const value = raw.replaceAll('"', '').toLowerCase();
		if (name !== '' && key === null) {
			problems.push(`There is no “${name}:”; there are ${QUERY_KEYS.join(', ')}`);
			continue;
		}
		if (key === 'slower' && parseDuration(value) === null) {
			problems.push(`“${value}” is no duration: write 500ms, 2s or 1m`);
			continue;
		}
		// `step:` is on its way to be a term.
		if (value === '' || (key === null && value.endsWith(':'))) continue;
		const values = raw.startsWith('"') ? [value] : value.split(',').filter((part) => part !== '');
		terms.push({ key: key ?? 'text', values, isNegated: minus === '-' });
	}
	return { terms, problems };
}

/** Tells whether a step is asked for. */
export const matchesQuery = ({ terms }: Query, prompt: Pick<PromptRow, 'file' | 'title'>, step: StepRow): boolean =>
	terms.every(({ key, values, isNegated }) => values.some((value) => matches(key, value, prompt, step)) !== isNegated);

function matches(key: QueryKey, value: string, prompt: Pick<PromptRow, 'file' | 'title'>, step: StepRow): boolean {
	const holds = (text: string | null): boolean => text?.toLowerCase().includes(value) ?? false;
	switch (key) {
		case 'outcome':
			return step.outcome === value;
		case 'prompt':
			return holds(prompt.file) || holds(prompt.title);
		case 'step':
			return String(step.number) === value || holds(step.name);
		case 'reason':
			return step.reason === value;
		case 'evidence':
			return (step.evidence ?? 'none') === value;
		case 'group':
			return step.group === value;
		case 'slower':
			return step.durationMs > (parseDuration(value) ?? Number.POSITIVE_INFINITY);
		case 'text':
			return [prompt.file, prompt.title, step.name, step.message, step.outcome, step.reason].some(holds);
	}
}
