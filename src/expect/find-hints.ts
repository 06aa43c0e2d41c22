import { stripAnsi } from '../core/strip-ansi.ts';
import type { Matcher, ObservedText } from './expectation.ts';
import { textOf } from './text-of.ts';
import type { ObservedOutput } from './verdict.ts';

/** What the output might be read as, and how to say so. */
const READINGS: readonly { readonly hint: string; readonly read: (text: string) => string }[] = [
	{ hint: 'matches after stripping ANSI', read: stripAnsi },
	{ hint: 'matches with CRLF read as LF', read: (text) => text.replace(/\r\n/g, '\n') },
	{ hint: 'matches if the trailing newline is ignored', read: (text) => (text.endsWith('\n') ? text : `${text}\n`) },
	{ hint: 'matches if the trailing newline is ignored', read: (text) => text.replace(/\n$/, '') },
	{ hint: 'matches if empty lines at the end are ignored', read: (text) => text.replace(/\n+$/, '\n') },
	{ hint: 'matches if blanks at the end of lines are ignored', read: (text) => text.replace(/[ \t]+$/gm, '') },
	{ hint: 'matches with no-break spaces read as blanks', read: (text) => text.replace(/[\u00a0\u202f]/g, ' ') },
];

/** Longer output is not read again and again: a hint is not worth seconds. */
const LIMIT = 1 << 18;

/**
 * Looks for what would have made the matcher say yes. Each hint was tried, none is a guess.
 *
 * @param output - Of which the matcher said no, with certainty.
 * @returns In plain words, the most telling first.
 */
export async function findHints(matcher: Matcher, output: ObservedOutput): Promise<readonly string[]> {
	const observed = textOf(output, matcher.stream);
	if (observed.isCut || output.combined.length > LIMIT) return [];
	const hints: string[] = [];
	for (const { hint, read } of READINGS) {
		const text = read(observed.text);
		if (text !== observed.text && !hints.includes(hint) && (await isMatch(matcher, { ...observed, text }))) {
			hints.push(hint);
		}
	}
	for (const stream of ['stdout', 'stderr'] as const) {
		const other = textOf(output, stream);
		const isOther = stream !== matcher.stream && other.text !== observed.text;
		if (isOther && !other.isCut && (await isMatch(matcher, other))) hints.push(`matches on ${stream} alone`);
	}
	return hints;
}

const isMatch = async (matcher: Matcher, text: ObservedText): Promise<boolean> => (await matcher.check(text)) === null;
