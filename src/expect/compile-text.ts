import type { MatchMode, StreamChoice } from '../core/expectations.ts';
import type { Diagnostic, Point, Span } from '../core/places.ts';
import { compileRegex, parseWrittenRegex } from './compile-regex.ts';
import { createContainsMatcher } from './contains-matcher.ts';
import type { Matcher } from './expectation.ts';
import { brokenProblem } from './expectation-problems.ts';
import { createJsonMatcher } from './json-matcher.ts';
import { createJsonSchemaMatcher } from './json-schema-matcher.ts';
import { literalRules, parseLineRules } from './line-rule.ts';
import { createLinesMatcher } from './lines-matcher.ts';
import { parseJson } from './parse-json.ts';
import { createSilenceMatcher } from './presence-matcher.ts';
import { createRegexMatcher } from './regex-matcher.ts';
import { createUnorderedMatcher } from './unordered-matcher.ts';

/** How a text is compared: the modes of the `Match` directive, and the one that only a fence language names. */
export type TextMode = MatchMode | 'json-schema';

/** What became of a text. */
export interface CompiledText {
	/** `null`: `problems` holds an error. */
	readonly matcher: Matcher | null;
	readonly problems: readonly Diagnostic[];
}

/** A text of the prompt and where it stands. */
export interface PlacedText {
	readonly text: string;
	readonly span: Span;
	/** True when `span` begins with the first line of `text`, so that each line has a place of its own. */
	readonly isFence: boolean;
}

/**
 * Compiles a text of an expectation to a matcher.
 */
export function compileText(placed: PlacedText, mode: TextMode, stream: StreamChoice): CompiledText {
	const { text } = placed;
	switch (mode) {
		case 'exact':
			return done(text === '' ? noLines(stream) : createLinesMatcher(literalRules(text), stream, 'exactly'));
		case 'contains':
			return done(text === '' ? noLines(stream) : createContainsMatcher(text, stream));
		case 'lines':
		case 'unordered':
			return compileLines(placed, mode, stream);
		case 'regex':
			return compileRegexText(placed, stream);
		case 'json':
			return compileJson(placed, stream);
		case 'json-schema':
			return compileSchema(placed, stream);
	}
}

const done = (matcher: Matcher): CompiledText => ({ matcher, problems: [] });

const broken = (ruleId: string, message: string, advice: string, span: Span): CompiledText => ({
	matcher: null,
	problems: [brokenProblem(ruleId, message, advice, span)],
});

/** Markdown has one text for a fence without lines and a fence with one empty line, so either output will do. */
const noLines = (stream: StreamChoice): Matcher => createSilenceMatcher(stream, '\n');

function compileLines(placed: PlacedText, mode: 'lines' | 'unordered', stream: StreamChoice): CompiledText {
	if (placed.text === '') return done(noLines(stream));
	const { rules, problems } = parseLineRules(placed.text);
	if (problems.length > 0) {
		return {
			matcher: null,
			problems: problems.map(({ ruleId, message, advice, lineNumber }) =>
				brokenProblem(ruleId, message, advice, lineSpan(placed, lineNumber)),
			),
		};
	}
	return done(mode === 'lines' ? createLinesMatcher(rules, stream) : createUnorderedMatcher(rules, stream));
}

/** The line of a fence as a place; good to the line, since a fence may be indented. */
function lineSpan({ span, isFence }: PlacedText, lineNumber: number): Span {
	if (!isFence) return span;
	const start: Point = { ...span.start, line: span.start.line + lineNumber - 1, column: 1 };
	return { start, end: start };
}

function compileRegexText({ text, span }: PlacedText, stream: StreamChoice): CompiledText {
	const { source, flags } = parseWrittenRegex(text) ?? { source: text.replace(/\r\n/g, '\n'), flags: '' };
	const { regex, problem } = compileRegex(source, flags);
	return regex
		? done(createRegexMatcher(regex, stream))
		: broken(problem.ruleId, problem.message, problem.advice, span);
}

function compileJson({ text, span }: PlacedText, stream: StreamChoice): CompiledText {
	const parsed = parseJson(text);
	if ('value' in parsed) return done(createJsonMatcher(parsed.value, stream));
	const advice = 'Write whole JSON; members of objects may be left out, and are then not compared';
	return broken('bad-json', `The expected JSON can't be parsed: ${parsed.reason}`, advice, span);
}

function compileSchema({ text, span }: PlacedText, stream: StreamChoice): CompiledText {
	const parsed = parseJson(text);
	const advice = 'Write a JSON Schema of draft 2020-12';
	if (!('value' in parsed)) {
		return broken('bad-json-schema', `The expected schema is not JSON: ${parsed.reason}`, advice, span);
	}
	const schema: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
	const isSchema =
		typeof schema === 'boolean' || (typeof schema === 'object' && schema !== null && !Array.isArray(schema));
	if (!isSchema) return broken('bad-json-schema', 'A schema is an object, true or false', advice, span);
	return done(createJsonSchemaMatcher(schema, stream, span));
}
