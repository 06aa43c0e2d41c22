import type { StreamChoice } from '../core/expectations.ts';
import { clip } from './clip.ts';
import { mismatch, undecided } from './complaint.ts';
import type { Matcher } from './expectation.ts';
import { splitLines } from './observed-lines.ts';

/**
 * Demands that nothing at all is printed.
 *
 * @param allowed - Besides the empty output, this very output is fine too; default none.
 */
export const createSilenceMatcher = (stream: StreamChoice, allowed = ''): Matcher => ({
	label: 'no output',
	stream,
	check({ text }) {
		if (text === '' || text === allowed) return null;
		const lines = splitLines(text).texts;
		const count = lines.length === 1 ? '1 line was printed' : `${lines.length} lines were printed`;
		return mismatch(`${count} where no output is expected`, {
			firstDifference: { expectedLine: null, expected: null, actualLine: 1, actual: clip(lines[0] ?? '') },
			diff: lines
				.slice(0, 40)
				.map((line, index) => ({ kind: 'surplus', actualLine: index + 1, expectedLine: null, text: clip(line) })),
		});
	},
	demands: () => false,
});

/**
 * Demands that something is printed, white space alone is nothing.
 */
export const createSomethingMatcher = (stream: StreamChoice): Matcher => ({
	label: 'some output',
	stream,
	check({ text, isCut }) {
		if (/\S/.test(text)) return null;
		if (isCut) return undecided('some output');
		return mismatch(text === '' ? 'Nothing was printed' : 'Only white space was printed');
	},
	demands: () => false,
});
