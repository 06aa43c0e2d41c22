import type { StreamChoice } from '../core/expectations.ts';
import { pluralize } from '../core/pluralize.ts';
import { clip } from './clip.ts';
import { mismatch, undecided } from './complaint.ts';
import { demandsLine } from './demands-line.ts';
import type { Complaint, Matcher, ObservedText } from './expectation.ts';
import type { LineRule } from './line-rule.ts';
import { matchUnordered, type UnorderedMatch } from './match-unordered.ts';
import type { ObservedLines } from './observed-lines.ts';
import { seenLines } from './text-pieces.ts';
import type { DiffLine } from './verdict.ts';

/** Missing and surplus lines that are shown, each. */
const SHOWN = 100;

/**
 * Demands that the lines of the output are those of the rules, in any order.
 */
export function createUnorderedMatcher(rules: readonly LineRule[], stream: StreamChoice): Matcher {
	const label = `${pluralize(rules.length, 'line')} in any order`;
	return {
		label,
		stream,
		check: (observed) => checkUnordered(rules, observed, label),
		demands: (line, hit) => rules.some((rule) => demandsLine(rule, line, hit)),
	};
}

function checkUnordered(rules: readonly LineRule[], observed: ObservedText, label: string): Complaint | null {
	const seen = seenLines(observed);
	if (seen === null) return undecided(label);
	const match = matchUnordered(rules, seen.lines);
	// Lines that nobody has seen can only be taken by an elision.
	const isDecided = seen.cut === null || (match.isMatch && rules.some(({ kind }) => kind === 'elision'));
	if (!isDecided) return undecided(label);
	return match.isMatch ? null : describe(match, seen.lines);
}

function describe(match: UnorderedMatch, lines: ObservedLines): Complaint {
	const missing = match.missing[0];
	const surplus = match.surplus[0];
	const counts = [
		match.missing.length > 0 ? `${match.missing.length} missing` : '',
		match.surplus.length > 0 ? `${match.surplus.length} surplus` : '',
	].filter(Boolean);
	return mismatch(`The lines of the output are not those of the expectation: ${counts.join(', ')}`, {
		firstDifference: {
			expectedLine: missing?.lineNumber ?? null,
			expected: missing ? clip(missing.source) : null,
			actualLine: surplus === undefined ? null : surplus + 1,
			actual: surplus === undefined ? null : clip(lines.texts[surplus] ?? ''),
		},
		diff: [
			...match.missing.slice(0, SHOWN).map(
				(rule): DiffLine => ({
					kind: 'missing',
					actualLine: null,
					expectedLine: rule.lineNumber,
					text: clip(rule.source),
				}),
			),
			...match.surplus.slice(0, SHOWN).map(
				(index): DiffLine => ({
					kind: 'surplus',
					actualLine: index + 1,
					expectedLine: null,
					text: clip(lines.texts[index] ?? ''),
				}),
			),
		],
	});
}
