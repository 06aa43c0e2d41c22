import type { ExpectationPart, ExpectationSource } from '../core/expectations.ts';
import { parseWrittenRegex } from './compile-regex.ts';
import { rewriteJson } from './rewrite-json.ts';
import { rewriteLines, rewriteUnordered } from './rewrite-lines.ts';
import { textOf } from './text-of.ts';
import type { ObservedOutput } from './verdict.ts';
import type { EscapeLevel } from './write-literal.ts';

/** What an expectation is to say instead. */
export interface RewrittenPart {
	/** Index of the part among those of the expectation. */
	readonly part: number;
	/** Its new text, lines parted by `\n`. */
	readonly text: string;
}

/**
 * Finds the part of an expectation that says what is printed, and writes it anew so that it matches an output.
 *
 * @param output - Whole, not cut.
 * @returns The new text, or why there is none, one phrase. Whether it matches is for the caller to judge.
 */
export function rewriteExpectation(
	source: ExpectationSource,
	output: ObservedOutput,
	level: EscapeLevel,
): RewrittenPart | { readonly refusal: string } {
	const texts = source.parts.map((part, index) => ({ part, index })).filter(({ part }) => part.kind !== 'prose');
	const fences = texts.filter(({ part }) => part.kind === 'fence');
	const [only, second] = fences.length > 0 ? fences : texts;
	if (!only) return { refusal: 'it says nothing of the output that could be written anew' };
	if (second)
		return {
			refusal: `its expectation has ${fences.length || texts.length} texts, so nobody knows which to write anew`,
		};
	const printed = textOf(output, source.stream).text;
	const text =
		only.part.kind === 'fence'
			? rewriteFence(only.part, source, printed, level)
			: rewriteCode(only.part, source, printed);
	return typeof text === 'string' ? { part: only.index, text } : text;
}

type Refusal = { readonly refusal: string };

function rewriteFence(
	part: Extract<ExpectationPart, { kind: 'fence' }>,
	{ match }: ExpectationSource,
	printed: string,
	level: EscapeLevel,
): string | Refusal {
	const isSchema = part.language === 'json-schema' || part.language === 'jsonschema';
	if (match === 'regex' || (match === undefined && isSchema)) return PATTERN;
	if (match === 'json' || (match === undefined && part.language === 'json')) {
		return rewriteJson(part.text, printed) ?? { refusal: 'it expects JSON, and what was printed is none' };
	}
	if (match === 'exact') return printed.replace(/\n$/, '');
	if (match === 'contains') return printed.replace(/\n$/, '');
	return match === 'unordered' ? rewriteUnordered(part.text, printed, level) : rewriteLines(part.text, printed, level);
}

const PATTERN: Refusal = { refusal: 'it expects a pattern: what it means can only be said by a person' };

function rewriteCode({ text }: ExpectationPart, { match }: ExpectationSource, printed: string): string | Refusal {
	if (match === 'regex' || (match === undefined && parseWrittenRegex(text))) return PATTERN;
	const line = printed.replace(/\n$/, '');
	if (line === '' || line.includes('\n')) {
		const what = line === '' ? 'nothing was' : 'several lines were';
		return { refusal: `it expects inline code, and ${what} printed: write a text block instead` };
	}
	return match === 'lines' || match === 'unordered' ? rewriteLines(text, printed) : line;
}
