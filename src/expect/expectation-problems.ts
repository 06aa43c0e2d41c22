import type { Diagnostic, Span } from '../core/places.ts';

const WORDS_SHOWN = 60;

/** The expectation, or a part of it, is prose that no program can judge. */
export const proseProblem = (text: string, span: Span): Diagnostic => ({
	ruleId: 'prose-expectation',
	severity: 'warning',
	message: `Only the exit code is checked: no program can judge "${shorten(text)}"`,
	advice: 'Write what must be printed as a text fence, or a part of it as inline code',
	span,
});

/** The expectation still holds the placeholder of a template. */
export const placeholderProblem = (text: string, span: Span): Diagnostic => ({
	ruleId: 'placeholder-expectation',
	severity: 'warning',
	message: `Not checked: "${shorten(text)}" holds a placeholder`,
	advice: 'Replace it by what must be printed; where text varies, use a fence line that ends in (glob) or (re)',
	span,
});

/** Inline code stands in a sentence that may not demand it. */
export const ambiguousProblem = (text: string, span: Span): Diagnostic => ({
	ruleId: 'ambiguous-expectation',
	severity: 'warning',
	message: `Not checked: the sentence around "${shorten(text)}" denies it, makes it an example, or names other cases`,
	advice: 'State one outcome as a plain demand; for alternatives use a regular expression such as /a|b/',
	span,
});

/** Prose names two exit codes. */
export const rivalExitCodesProblem = (span: Span): Diagnostic => ({
	ruleId: 'rival-exit-codes',
	severity: 'warning',
	message: 'The expectation names different exit codes, so 0 is expected',
	advice: 'Name one exit code, or list all that pass in an Exit Code directive',
	span,
});

/** `Match` says how to compare a text, and there is none. */
export const matchWithoutTextProblem = (match: string, span: Span): Diagnostic => ({
	ruleId: 'match-without-text',
	severity: 'warning',
	message: `Match: ${match} has nothing to compare: the expectation holds neither a fence nor inline code`,
	advice: 'Add the expected text, or drop the directive',
	span,
});

/** More than one fence demands the whole output. */
export const severalFencesProblem = (span: Span): Diagnostic => ({
	ruleId: 'several-fences',
	severity: 'warning',
	message: 'Each of several text fences demands the whole output, so they can hardly all match',
	advice: 'Join the fences, or set Match: contains',
	span,
});

/** A pattern or a value of the expectation is broken: the step can't be judged. */
export const brokenProblem = (ruleId: string, message: string, advice: string, span: Span): Diagnostic => ({
	ruleId,
	severity: 'error',
	message,
	advice,
	span,
});

const shorten = (text: string): string => {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > WORDS_SHOWN ? `${line.slice(0, WORDS_SHOWN - 1)}…` : line;
};
