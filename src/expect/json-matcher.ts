import type { StreamChoice } from '../core/expectations.ts';
import { clip } from './clip.ts';
import { mismatch, undecided } from './complaint.ts';
import type { Complaint, Matcher, ObservedText } from './expectation.ts';
import { findJsonDifference } from './json-subset.ts';
import { formatJson, type Json, parseJson } from './parse-json.ts';

/**
 * Demands that the output is JSON and contains a value: objects by subset, arrays of the same length and order.
 */
export function createJsonMatcher(expected: Json, stream: StreamChoice): Matcher {
	const label = 'JSON with the expected value';
	const source = formatJson(expected);
	return {
		label,
		stream,
		check: (observed) => checkJson(expected, observed, label),
		demands: (_line, hit) => source.includes(JSON.stringify(hit).slice(1, -1)),
	};
}

function checkJson(expected: Json, observed: ObservedText, label: string): Complaint | null {
	if (observed.isCut) return undecided(label);
	const parsed = parseJson(observed.text);
	if (!('value' in parsed)) return mismatch(`The output is not JSON: ${parsed.reason}`);
	const difference = findJsonDifference(expected, parsed.value);
	if (difference === null) return null;
	return mismatch(`At ${difference.path}: ${difference.message}`, {
		firstDifference: {
			expectedLine: null,
			expected: clip(`${difference.path} = ${formatJson(difference.expected)}`),
			actualLine: null,
			actual: clip(
				difference.actual === undefined
					? `${difference.path} is missing`
					: `${difference.path} = ${formatJson(difference.actual)}`,
			),
		},
	});
}
