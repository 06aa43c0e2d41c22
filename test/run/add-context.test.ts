import * as assert from 'uvu/assert';
import { addContext } from '../../src/run/add-context.ts';
import { describe } from '../helpers/suite.ts';

const hit = {
	kind: 'error-pattern',
	pattern: 'Traceback',
	line: 'Trace',
	lineNumber: 0,
	before: [],
	after: [],
} as const;

describe('addContext()', ({ test }) => {
	test('completes the line of an error pattern, with five lines on each side', () => {
		const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
		lines[9] = '\u001b[31mTraceback (most recent)\u001b[0m';
		assert.equal(addContext(hit, `${lines.join('\n')}\n`), {
			...hit,
			line: 'Traceback (most recent)',
			lineNumber: 10,
			before: ['line 5', 'line 6', 'line 7', 'line 8', 'line 9'],
			after: ['line 11', 'line 12', 'line 13', 'line 14', 'line 15'],
		});
	});
	test('stays as it is when the line is not in what was kept', () => {
		assert.equal(addContext(hit, 'something else\n'), hit);
	});
	test('adds the last line to a stall, or nothing when nothing was printed', () => {
		const stall = { kind: 'stall', limitMs: 1, lastLine: null, lastLineAgeMs: 1 } as const;
		assert.equal(addContext(stall, 'a\nb\n'), { ...stall, lastLine: 'b' });
		assert.equal(addContext(stall, ''), stall);
	});
});
