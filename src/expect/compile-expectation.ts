import type { ExpectationPart, ExpectationSource, MatchMode, StreamChoice } from '../core/expectations.ts';
import type { Diagnostic, Span } from '../core/places.ts';
import { parseWrittenRegex } from './compile-regex.ts';
import { compileText, type PlacedText, type TextMode } from './compile-text.ts';
import { createContainsMatcher } from './contains-matcher.ts';
import type { Expectation, Matcher } from './expectation.ts';
import {
	ambiguousProblem,
	matchWithoutTextProblem,
	placeholderProblem,
	proseProblem,
	rivalExitCodesProblem,
	severalFencesProblem,
} from './expectation-problems.ts';
import { literalRules } from './line-rule.ts';
import { createLinesMatcher } from './lines-matcher.ts';
import { isPlaceholderCode, isPlaceholderProse } from './placeholders.ts';
import { createSilenceMatcher, createSomethingMatcher } from './presence-matcher.ts';
import { readExitCodeTalk } from './prose-clause.ts';
import { type InlinePart, type ProseFinding, readProse } from './read-prose.ts';

export type { Expectation } from './expectation.ts';

/**
 * Turns an expectation as written into matchers; `docs/expectations.md` lists the forms.
 *
 * @returns Always an expectation. What can't be understood is a problem: of severity `error` when the step can't be judged (a broken
 *   pattern), `warning` when less is checked than the words say.
 */
export function compileExpectation(source: ExpectationSource): Expectation {
	return new Compilation(source).finish();
}

type Fence = Extract<ExpectationPart, { kind: 'fence' }>;

/** Modes in which several pieces of inline code are the lines of one text. */
const LINE_MODES: readonly MatchMode[] = ['exact', 'lines', 'unordered'];

class Compilation {
	readonly #source: ExpectationSource;
	readonly #matchers: Matcher[] = [];
	readonly #problems: Diagnostic[] = [];
	readonly #saidExitCodes: { readonly exitCodes: readonly number[]; readonly span: Span }[] = [];
	readonly #unknown: { readonly text: string; readonly span: Span }[] = [];
	readonly #codeLines: PlacedText[] = [];
	#texts = 0;
	#wholeFences = 0;

	constructor(source: ExpectationSource) {
		this.#source = source;
	}

	finish(): Expectation {
		const parts = this.#source.parts.filter((part) => !this.#isPlaceholder(part));
		for (const stretch of splitAtFences(parts)) {
			if (Array.isArray(stretch)) for (const finding of readProse(stretch)) this.#addFinding(finding);
			else this.#addFence(stretch);
		}
		this.#addCodeLines();
		const exitCodes = this.#chooseExitCodes();
		const checkedBy = this.#matchers.length > 0 ? 'output' : 'exit-code';
		this.#reportUnchecked(checkedBy === 'output');
		this.#problems.sort((a, b) => a.span.start.offset - b.span.start.offset);
		return { matchers: this.#matchers, exitCodes, checkedBy, problems: this.#problems };
	}

	#isPlaceholder({ kind, text, span }: ExpectationPart): boolean {
		const isPlaceholder = kind === 'prose' ? isPlaceholderProse(text) : isPlaceholderCode(text);
		if (isPlaceholder) this.#problems.push(placeholderProblem(text, span));
		return isPlaceholder;
	}

	#addFence({ language, text, span }: Fence): void {
		const mode = this.#source.match ?? modeOfLanguage(language);
		const isWhole = LINE_MODES.some((lineMode) => lineMode === mode);
		if (isWhole) this.#wholeFences += 1;
		if (isWhole && this.#wholeFences === 2) this.#problems.push(severalFencesProblem(span));
		this.#addText({ text, span, isFence: true }, mode, this.#source.stream);
	}

	#addText(placed: PlacedText, mode: TextMode, stream: StreamChoice): void {
		this.#texts += 1;
		const { matcher, problems } = compileText(placed, mode, stream);
		if (matcher) this.#matchers.push(matcher);
		this.#problems.push(...problems);
	}

	#addFinding(finding: ProseFinding): void {
		if (finding.kind === 'exit-code') this.#saidExitCodes.push(finding);
		else if (finding.kind === 'unknown') this.#unknown.push(finding);
		else if (finding.kind === 'ambiguous') this.#problems.push(ambiguousProblem(finding.text, finding.span));
		else this.#addDemand(finding, finding.stream ?? this.#source.stream);
	}

	#addDemand(finding: Extract<ProseFinding, { stream: unknown }>, stream: StreamChoice): void {
		if (finding.kind === 'silence') this.#matchers.push(createSilenceMatcher(stream));
		else if (finding.kind === 'something') this.#matchers.push(createSomethingMatcher(stream));
		else if (finding.kind === 'contains') this.#matchers.push(createContainsMatcher(finding.text, stream));
		else if (finding.kind === 'exactly') {
			this.#matchers.push(createLinesMatcher(literalRules(finding.texts.join('\n')), stream, 'exactly'));
		} else this.#addCode(finding, stream);
	}

	#addCode({ text, span }: { readonly text: string; readonly span: Span }, stream: StreamChoice): void {
		const exitCodes = readExitCodeTalk(text);
		const { match } = this.#source;
		if (exitCodes) this.#saidExitCodes.push({ exitCodes, span });
		else if (match !== undefined && LINE_MODES.includes(match)) this.#codeLines.push({ text, span, isFence: false });
		else {
			const mode = match ?? (parseWrittenRegex(text) ? 'regex' : 'contains');
			this.#addText({ text, span, isFence: false }, mode, stream);
		}
	}

	#addCodeLines(): void {
		const first = this.#codeLines[0];
		const last = this.#codeLines.at(-1);
		if (!first || !last) return;
		const text = this.#codeLines.map((line) => line.text).join('\n');
		const span = { start: first.span.start, end: last.span.end };
		this.#addText({ text, span, isFence: false }, this.#source.match ?? 'lines', this.#source.stream);
	}

	/** The directive wins; prose that names two different codes says nothing. */
	#chooseExitCodes(): readonly number[] {
		if (this.#source.exitCodes !== undefined && this.#source.exitCodes.length > 0) return this.#source.exitCodes;
		const first = this.#saidExitCodes[0];
		if (!first) return [0];
		const rival = this.#saidExitCodes.find(({ exitCodes }) => String(exitCodes) !== String(first.exitCodes));
		if (rival) this.#problems.push(rivalExitCodesProblem(rival.span));
		return rival ? [0] : first.exitCodes;
	}

	#reportUnchecked(isOutputChecked: boolean): void {
		const { match, parts } = this.#source;
		if (match !== undefined && parts[0] && this.#texts === 0) {
			this.#problems.push(matchWithoutTextProblem(match, parts[0].span));
		}
		const unknown = this.#unknown[0];
		if (unknown && !isOutputChecked) {
			const words = this.#unknown.map(({ text }) => text).join('; ');
			this.#problems.push(proseProblem(words, unknown.span));
		}
	}
}

function modeOfLanguage(language: string | null): TextMode {
	if (language === 'json') return 'json';
	return language === 'json-schema' || language === 'jsonschema' ? 'json-schema' : 'lines';
}

function splitAtFences(parts: readonly ExpectationPart[]): (Fence | InlinePart[])[] {
	const stretches: (Fence | InlinePart[])[] = [];
	for (const part of parts) {
		const last = stretches.at(-1);
		if (part.kind === 'fence') stretches.push(part);
		else if (Array.isArray(last)) last.push(part);
		else stretches.push([part]);
	}
	return stretches;
}
