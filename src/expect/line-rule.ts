import { compileRegex, type RegexProblem } from './compile-regex.ts';
import { unescapeText } from './escapes.ts';
import { compileGlob } from './glob.ts';

/** One line of a text expectation. */
export interface LineRule {
	/** As written, rule and all. */
	readonly source: string;
	/** Line of the expectation, from 1. */
	readonly lineNumber: number;
	/** `elision` is a lone `...`. */
	readonly kind: 'literal' | 'glob' | 'regex' | 'elision';
	/** The text without its rule; of a literal the very text that is wanted. */
	readonly text: string;
	/** Whether one output line, without its newline, is as the rule wants. */
	readonly matches: (line: string) => boolean;
	/** How many output lines in a row it takes: at least `min` (0 or 1), at most `max` (1 or Infinity). */
	readonly min: 0 | 1;
	readonly max: number;
	/** True when the line must not end in a newline. */
	readonly hasNoEol: boolean;
}

/** Something wrong with one line of an expectation. */
export interface LineProblem extends Omit<RegexProblem, 'ruleId'> {
	readonly ruleId: RegexProblem['ruleId'] | 'bad-escape';
	readonly lineNumber: number;
}

interface Suffix {
	readonly name: string;
	readonly quantifier: string;
}

const KINDS: Readonly<Record<string, string>> = {
	'': 'equal',
	eq: 'equal',
	equal: 'equal',
	esc: 'esc',
	escaped: 'esc',
	gl: 'glob',
	glob: 'glob',
	'no-eol': 'no-eol',
	re: 're',
	regex: 're',
};

/**
 * Reads a fence text as lines with the conventions of cram and scrut: a line may end in ` (glob)`, ` (re)`, ` (esc)`, ` (equal)` or
 * ` (no-eol)`, also combined; `?` `*` `+` inside the parentheses say how often it comes; a lone `...` stands for any lines.
 *
 * @param text - Lines are parted by LF or CRLF.
 * @returns Rules in order and what was wrong; a broken line is taken literally.
 */
export function parseLineRules(text: string): { rules: LineRule[]; problems: LineProblem[] } {
	const problems: LineProblem[] = [];
	const rules = splitExpectedLines(text).map((source, index) => parseLine(source, index + 1, problems));
	return { rules, problems };
}

/**
 * Reads a text as lines that must stand in the output as they are.
 */
export const literalRules = (text: string): LineRule[] =>
	splitExpectedLines(text).map((source, index) => literal(source, index + 1));

const splitExpectedLines = (text: string): string[] => text.split(/\r?\n/);

function parseLine(source: string, lineNumber: number, problems: LineProblem[]): LineRule {
	if (source === '...') return { ...literal(source, lineNumber), kind: 'elision', matches: () => true, ...ANY_TIMES };
	const { text, suffixes } = takeSuffixes(source);
	if (suffixes.length === 0) return literal(source, lineNumber);
	const has = (kind: string): boolean => suffixes.some(({ name }) => KINDS[name] === kind);
	const { kind, test, wanted, problem } = readTest(text, has);
	if (problem) {
		problems.push({ ...problem, lineNumber });
		return literal(source, lineNumber);
	}
	return {
		source,
		lineNumber,
		kind,
		text: wanted,
		// cram: a line that prints the rule itself matches it too.
		matches: (line) => line === source || test(line),
		...(TIMES[suffixes.find(({ quantifier }) => quantifier !== '')?.quantifier ?? ''] ?? ONCE),
		hasNoEol: has('no-eol'),
	};
}

type Times = Pick<LineRule, 'min' | 'max'>;
const ONCE: Times = { min: 1, max: 1 };
const ANY_TIMES: Times = { min: 0, max: Number.POSITIVE_INFINITY };
const TIMES: Readonly<Record<string, Times>> = {
	'?': { min: 0, max: 1 },
	'*': ANY_TIMES,
	'+': { min: 1, max: Number.POSITIVE_INFINITY },
};

const literal = (source: string, lineNumber: number): LineRule => ({
	source,
	lineNumber,
	kind: 'literal',
	text: source,
	matches: (line) => line === source,
	...ONCE,
	hasNoEol: false,
});

/** Takes rules off the end of a line; each kind once, one quantifier in all, else what stands there is text. */
function takeSuffixes(source: string): { text: string; suffixes: Suffix[] } {
	const suffixes: Suffix[] = [];
	let text = source;
	for (;;) {
		const match = /^(.*) \(([a-z-]*)([?*+]?)\)$/s.exec(text);
		const [, before, name, quantifier] = match ?? [];
		if (before === undefined || name === undefined || quantifier === undefined) break;
		const kind = KINDS[name];
		if (kind === undefined || (name === '' && quantifier === '')) break;
		if (suffixes.some((taken) => KINDS[taken.name] === kind || (taken.quantifier !== '' && quantifier !== ''))) break;
		if (isRival(kind, suffixes)) break;
		suffixes.push({ name, quantifier });
		text = before;
	}
	return { text, suffixes };
}

/** A line is compared in one way only. */
const isRival = (kind: string, taken: readonly Suffix[]): boolean =>
	['equal', 'glob', 're'].includes(kind) &&
	taken.some(({ name }) => ['equal', 'glob', 're'].includes(KINDS[name] ?? ''));

interface LineTest {
	readonly kind: LineRule['kind'];
	readonly wanted: string;
	readonly test: (line: string) => boolean;
	readonly problem?: Omit<LineProblem, 'lineNumber'>;
}

function readTest(text: string, has: (kind: string) => boolean): LineTest {
	if (has('re')) return regexTest(text);
	const plain = has('esc') && !has('glob') ? unescapeText(text) : has('esc') ? unescapeGlob(text) : text;
	if (plain === null) return { kind: 'literal', wanted: text, test: () => false, problem: BAD_ESCAPE };
	if (has('glob')) return { kind: 'glob', wanted: plain, test: compileGlob(plain) };
	return { kind: 'literal', wanted: plain, test: (line) => line === plain };
}

/** In ` (esc) (glob)` lines `\*`, `\?` and `\\` are left for the glob. */
function unescapeGlob(text: string): string | null {
	const parts = text.split(/(\\[*?\\])/).map((part, index) => (index % 2 === 1 ? part : unescapeText(part)));
	return parts.includes(null) ? null : parts.join('');
}

function regexTest(source: string): LineTest {
	const { regex, problem } = compileRegex(`^(?:${source})$`, 's');
	const broken = compileRegex(source).problem ?? problem;
	if (regex === null || broken) {
		return { kind: 'regex', wanted: source, test: () => false, ...(broken ? { problem: broken } : {}) };
	}
	return { kind: 'regex', wanted: source, test: (line) => regex.test(line) };
}

const BAD_ESCAPE: Omit<LineProblem, 'lineNumber'> = {
	ruleId: 'bad-escape',
	message: 'A backslash in a line that ends in (esc) stands before a character it does not go with',
	advice: 'Write \\\\ for a backslash; known are \\t \\r \\n \\0 \\a \\b \\e \\f \\v, \\xHH, \\uHHHH and \\u{H…}',
};
