import { stripAnsi } from '../core/strip-ansi.ts';
import { clip } from './clip.ts';
import { showInvisible } from './escapes.ts';
import type { LineRule } from './line-rule.ts';
import type { Parting } from './match-lines.ts';
import { isEnded, type ObservedLines } from './observed-lines.ts';
import type { FirstDifference } from './verdict.ts';

/** A difference in words and as data. */
export interface DescribedDifference {
	readonly message: string;
	/** Names of what can't be seen, when the lines differ in nothing else: then they are shown with escapes. */
	readonly hidden: readonly string[];
	readonly firstDifference: FirstDifference;
}

/**
 * Describes where output and rules part. When the two lines look the same, their invisible characters are written as escapes.
 */
export function describeParting(
	rules: readonly LineRule[],
	lines: ObservedLines,
	parting: Parting,
): DescribedDifference {
	const rule = rules[parting.rule];
	const text = lines.texts[parting.line];
	if (!rule || text === undefined) return describeEnd(rule, text, parting.line);
	const hasEol = isEnded(lines, parting.line);
	const hidden = rule.kind === 'literal' ? hiddenDifferences(rule.text, text) : [];
	const isEol = rule.matches(text);
	const [expected, actual] = isEol
		? [`${rule.text}${rule.hasNoEol ? '' : '\\n'}`, `${text}${hasEol ? '\\n' : ''}`]
		: hidden.length > 0
			? [showInvisible(rule.text), showInvisible(text)]
			: [rule.source, text];
	const at = commonStart(expected, actual);
	return {
		message: isEol ? eolMessage(hasEol, parting.line + 1) : textMessage(rule, parting.line + 1),
		hidden,
		firstDifference: {
			expectedLine: rule.lineNumber,
			expected: clip(expected, at),
			actualLine: parting.line + 1,
			actual: clip(actual, at),
		},
	};
}

function describeEnd(rule: LineRule | undefined, text: string | undefined, index: number): DescribedDifference {
	const isLonger = text !== undefined;
	const message = isLonger
		? 'The output goes on after the end of the expectation'
		: index === 0
			? 'Nothing was printed'
			: `The output ends before line ${rule?.lineNumber} of the expectation`;
	return {
		message,
		hidden: [],
		firstDifference: {
			expectedLine: rule?.lineNumber ?? null,
			expected: rule ? clip(rule.source) : null,
			actualLine: isLonger ? index + 1 : null,
			actual: isLonger ? clip(text) : null,
		},
	};
}

const eolMessage = (hasEol: boolean, lineNumber: number): string =>
	hasEol
		? `Line ${lineNumber} of the output ends in a newline, and the expectation says (no-eol)`
		: `Line ${lineNumber} of the output does not end in a newline, which only (no-eol) would allow`;

const textMessage = (rule: LineRule, lineNumber: number): string =>
	`Line ${lineNumber} of the output is not as line ${rule.lineNumber} of the expectation`;

/** Invisible things, with what is left of a line without them. */
const HIDDEN: readonly { readonly name: string; readonly pattern: RegExp; readonly instead: string }[] = [
	{ name: 'carriage return', pattern: /\r/g, instead: '' },
	{ name: 'NUL', pattern: /\0/g, instead: '' },
	{ name: 'no-break space', pattern: /[\u00a0\u202f]/g, instead: ' ' },
	{ name: 'character of no width', pattern: /[\u200b-\u200f\u2060\ufeff\u00ad]/g, instead: '' },
	{ name: 'tab', pattern: /\t/g, instead: ' ' },
	{ name: 'blank at the end', pattern: / +$/g, instead: '' },
];

/** Names what two lines differ in when they look the same; empty when they do not. */
function hiddenDifferences(expected: string, actual: string): string[] {
	const names: string[] = [];
	let left = stripAnsi(expected);
	let right = stripAnsi(actual);
	if (left.length !== expected.length || right.length !== actual.length) names.push('ANSI control sequence');
	for (const { name, pattern, instead } of HIDDEN) {
		if (String(left.match(pattern)) !== String(right.match(pattern))) names.push(name);
		left = left.replace(pattern, instead);
		right = right.replace(pattern, instead);
	}
	return left.replace(/ +/g, ' ') === right.replace(/ +/g, ' ') && left.length > 0 ? names : [];
}

function commonStart(left: string, right: string): number {
	let at = 0;
	while (at < left.length && left[at] === right[at]) at += 1;
	return at;
}
