import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createCappedText } from '../../scripts/testing/capped-text.ts';
import { type FileRun, judgeFile } from '../../scripts/testing/judge-file.ts';
import type { TestReport } from '../../scripts/testing/test-report.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const run = (reports: readonly TestReport[], more: Partial<FileRun> = {}): FileRun => ({
	exitCode: 0,
	signal: null,
	limitSeconds: null,
	leftovers: [],
	reports,
	...more,
});
const planned = (tests: number): TestReport => ({ type: 'planned', suite: 's', tests });
const ended = (type: 'passed' | 'failed' | 'skipped'): TestReport => ({ type, title: 't' });

describe('judgeFile()', ({ test }) => {
	test('passes a file only that ran what it planned and ended well', () => {
		assert.equal(judgeFile(run([planned(1), ended('passed')])), { passed: 1, failed: 0, skipped: 0, complaint: null });
		assert.equal(judgeFile(run([planned(0), ended('skipped')])), { passed: 0, failed: 0, skipped: 1, complaint: null });
	});

	test('never takes a missing, failed or surplus test, a bad end or a leftover for a pass', () => {
		const counts = fc.record({ planned: fc.nat(4), passed: fc.nat(4), failed: fc.nat(2), skipped: fc.nat(2) });
		const end = fc.record({
			exitCode: fc.constantFrom(0, 1, null),
			limitSeconds: fc.constantFrom(null, 3),
			leftovers: fc.constantFrom([], ['sleep']),
		});
		check(
			fc.property(counts, end, (count, more) => {
				const reports = [
					planned(count.planned),
					...(['passed', 'failed', 'skipped'] as const).flatMap((type) =>
						Array.from({ length: count[type] }, () => ended(type)),
					),
				];
				const verdict = judgeFile(run(reports, more));
				const isGood =
					count.failed === 0 &&
					count.passed === count.planned &&
					count.passed + count.skipped > 0 &&
					more.exitCode === 0 &&
					more.limitSeconds === null &&
					more.leftovers.length === 0;
				assert.is(verdict.complaint === null, isGood, JSON.stringify(verdict));
				assert.is(verdict.failed > 0, !isGood);
			}),
		);
	});

	test('counts tests that never ended as failed', () => {
		assert.equal(judgeFile(run([planned(5), ended('passed')], { exitCode: null, signal: 'SIGKILL' })), {
			passed: 1,
			failed: 4,
			skipped: 0,
			complaint: 'ended after 1 of 5 tests with signal SIGKILL',
		});
	});
});

describe('createCappedText()', ({ test }) => {
	test('keeps a text that fits, else its head and tail', () => {
		check(
			fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 20 }), (chunks, limit) => {
				const capped = createCappedText(limit);
				for (const chunk of chunks) capped.add(chunk);
				const all = chunks.join('');
				const text = capped.toString();
				if (all.length <= 2 * limit) assert.is(text, all);
				else {
					assert.ok(text.startsWith(all.slice(0, limit)) && text.endsWith(all.slice(-limit)));
					assert.ok(text.includes(`${all.length - 2 * limit} characters left out`));
				}
			}),
		);
	});
});
