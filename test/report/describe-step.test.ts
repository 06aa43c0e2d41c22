import * as assert from 'uvu/assert';
import { describeStep } from '../../src/report/describe-step.ts';
import { anAttempt, aStep } from '../helpers/results.ts';
import { describe } from '../helpers/suite.ts';

const mismatch = { matcher: 'line 1', message: 'Line 1 differs', firstDifference: null, diff: [], hints: [] } as const;

describe('describeStep()', ({ test }) => {
	test('tells of a flaky step why it did not pass at first', () => {
		const attempts = [
			anAttempt({ outcome: 'failed', reason: 'mismatch', mismatch }),
			anAttempt({ number: 2, outcome: 'passed' }),
		];
		assert.is(describeStep(aStep({ outcome: 'flaky', reason: 'mismatch', attempts })), 'Line 1 differs');
	});
	test('tells of an unproven step which check failed', () => {
		const evidenceChecks = [
			{ name: 'bracket was opened', isOk: true, detail: 'line 2' },
			{ name: 'bracket was closed', isOk: false, detail: 'no record of its end' },
		];
		const attempts = [anAttempt({ outcome: 'unproven', reason: 'cut-bracket', evidenceChecks })];
		assert.is(describeStep(aStep({ outcome: 'unproven', reason: 'cut-bracket', attempts })), 'no record of its end');
	});
	test('tells limits as people write them', () => {
		const cancelled = (kind: 'timeout' | 'stall'): string => {
			const interruption =
				kind === 'timeout'
					? { kind, limitMs: 30_000 }
					: { kind, limitMs: 30_000, lastLineAgeMs: 30_001, lastLine: null };
			return describeStep(
				aStep({ outcome: 'failed', reason: kind, attempts: [anAttempt({ outcome: 'failed', interruption })] }),
			);
		};
		assert.is(cancelled('timeout'), 'Cancelled: ran longer than 30s');
		assert.is(cancelled('stall'), 'Cancelled: silent for 30s');
	});
});
