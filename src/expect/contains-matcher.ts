import type { StreamChoice } from '../core/expectations.ts';
import { clip } from './clip.ts';
import { mismatch, undecided } from './complaint.ts';
import { demandsNeedle } from './demands-line.ts';
import type { Complaint, Matcher, ObservedText } from './expectation.ts';
import { splitLines } from './observed-lines.ts';
import { quote } from './quote.ts';
import { piecesOf } from './text-pieces.ts';

/**
 * Demands that the output contains a text.
 *
 * @param text - Not empty; CRLF in it is read as LF.
 */
export function createContainsMatcher(text: string, stream: StreamChoice): Matcher {
	const needle = text.replace(/\r\n/g, '\n');
	const label = `contains ${quote(needle)}`;
	return {
		label,
		stream,
		check: (observed) => checkContains(needle, observed, label),
		demands: (line, hit) => demandsNeedle(needle, line, hit),
	};
}

function checkContains(needle: string, observed: ObservedText, label: string): Complaint | null {
	// What stands before a cut and what stands after it were never next to each other.
	if (piecesOf(observed).some((piece) => piece.includes(needle))) return null;
	if (observed.isCut) return undecided(label);
	const isOnlyCase = observed.text.toLowerCase().includes(needle.toLowerCase());
	return mismatch(observed.text === '' ? 'Nothing was printed' : `The output does not contain ${quote(needle)}`, {
		firstDifference: differenceOf(needle, observed.text),
		hints: isOnlyCase ? ['matches if upper and lower case are read as the same'] : [],
	});
}

/** Only an output of one line can be said to differ in a line. */
function differenceOf(needle: string, text: string) {
	const lines = splitLines(text).texts;
	if (lines.length > 1 || needle.includes('\n')) return null;
	const line = lines[0];
	return {
		expectedLine: 1,
		expected: clip(needle),
		actualLine: line === undefined ? null : 1,
		actual: line === undefined ? null : clip(line),
	};
}
