import type { StreamChoice } from '../core/expectations.ts';
import { testRegex } from './compile-regex.ts';
import { mismatch, undecided } from './complaint.ts';
import type { Complaint, Matcher, ObservedText } from './expectation.ts';
import { piecesOf } from './text-pieces.ts';

const LABEL_LIMIT = 60;

/**
 * Demands that a regular expression matches somewhere in the output.
 *
 * @param regex - Without the flags `g` and `y`.
 */
export function createRegexMatcher(regex: RegExp, stream: StreamChoice): Matcher {
	const written = String(regex);
	const label = `matches ${written.length > LABEL_LIMIT ? `${written.slice(0, LABEL_LIMIT - 1)}…` : written}`;
	return {
		label,
		stream,
		check: (observed) => checkRegex(regex, observed, label),
		demands: (line, hit) =>
			(regex.test(line) && !regex.test(line.split(hit).join('\uffff'))) || regex.source.includes(hit),
	};
}

function checkRegex(regex: RegExp, observed: ObservedText, label: string): Complaint | null {
	if (observed.isCut) return isCertainWhenCut(regex, observed) ? null : undecided(label);
	if (testRegex(regex, observed.text)) return null;
	const perLine = regex.multiline ? null : new RegExp(regex.source, `${regex.flags}m`);
	return mismatch(
		observed.text === '' ? 'Nothing was printed' : `The output does not match ${label.slice('matches '.length)}`,
		{ hints: perLine && testRegex(perLine, observed.text) ? ['matches line by line: the regex lacks the flag m'] : [] },
	);
}

/** What matches inside a kept piece, away from the cut and without a look around, matches in the whole output too. */
function isCertainWhenCut(regex: RegExp, observed: ObservedText): boolean {
	if (/\(\?<?[=!]/.test(regex.source)) return false;
	const pieces = piecesOf(observed);
	return pieces.some((piece, index) => {
		const match = regex.exec(piece);
		if (match === null) return false;
		const startsAtCut = index > 0 && match.index === 0;
		const endsAtCut = index < pieces.length - 1 && match.index + match[0].length === piece.length;
		return !startsAtCut && !endsAtCut;
	});
}
