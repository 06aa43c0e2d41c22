import type { StreamChoice } from '../core/expectations.ts';
import { pluralize } from '../core/pluralize.ts';
import { alignLines } from './align-lines.ts';
import { mismatch, undecided } from './complaint.ts';
import { demandsLine } from './demands-line.ts';
import { describeParting } from './describe-parting.ts';
import { showInvisible } from './escapes.ts';
import type { Complaint, Matcher, ObservedText } from './expectation.ts';
import type { LineRule } from './line-rule.ts';
import { matchLines } from './match-lines.ts';
import { matchUnordered } from './match-unordered.ts';
import { seenLines } from './text-pieces.ts';

/**
 * Demands that the lines of the output are those of the rules, in order and no others.
 *
 * @param how - What the label says after the number of lines, such as `exactly`.
 */
export function createLinesMatcher(rules: readonly LineRule[], stream: StreamChoice, how = ''): Matcher {
	const count = rules.filter(({ kind }) => kind !== 'elision').length;
	const label = `${pluralize(count, 'line')}${count < rules.length ? ' among others' : how && ` ${how}`}`;
	return {
		label,
		stream,
		check: (observed) => checkLines(rules, observed, label),
		demands: (line, hit) => rules.some((rule) => demandsLine(rule, line, hit)),
	};
}

/** Lines up to which it is worth finding out whether only their order is wrong. */
const UNORDERED_LIMIT = 20_000;

function checkLines(rules: readonly LineRule[], observed: ObservedText, label: string): Complaint | null {
	const seen = seenLines(observed);
	if (seen === null) return undecided(label);
	const match = matchLines(rules, seen.lines, seen.cut);
	if (match.result === 'match') return null;
	if (match.result !== 'mismatch') return undecided(label);
	const isOnlyOrder =
		seen.cut === null && seen.lines.texts.length <= UNORDERED_LIMIT && matchUnordered(rules, seen.lines).isMatch;
	const { message, firstDifference, hidden } = describeParting(rules, seen.lines, match.parting);
	const diff = alignLines(rules, seen.lines, match.parting);
	return mismatch(message, {
		firstDifference,
		diff: hidden.length > 0 ? diff.map((line) => ({ ...line, text: showInvisible(line.text) })) : diff,
		hints: [
			...(hidden.length > 0 ? [`the lines differ only in what can't be seen: ${hidden.join(', ')}`] : []),
			...(isOnlyOrder ? ['matches as unordered'] : []),
		],
	});
}
