import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import type { Metrics } from '../../src/prompt/prompt.ts';
import { type MetricsUpdate, updateMetrics } from '../../src/prompt/update-metrics.ts';
import { describe } from '../helpers/suite.ts';

const DATE = '2026-02-03';

describe('updateMetrics()', ({ test }) => {
	test('writes counts, total, ratio and date of separate fields', () => {
		const source = section('GAMIFICATION METRICS', [
			'- **Success**: 4',
			'- **Failure**: 9  ',
			'- **Total Executions**: 13',
			'- **Last Updated**: 2025-06-24',
			'- **Success Ratio**: 1:2.25 (need 5:1 minimum, 10:1 preferred)',
		]);
		assert.is(
			update(source, { success: 5, failure: 9 }),
			section('GAMIFICATION METRICS', [
				'- **Success**: 5',
				'- **Failure**: 9  ',
				'- **Total Executions**: 14',
				`- **Last Updated**: ${DATE}`,
				'- **Success Ratio**: 1:1.8 (need 5:1 minimum, 10:1 preferred)',
			]),
		);
	});

	test('leaves the number of tasks of a task list', () => {
		const source = section('TASK LIST METRICS & HISTORY', [
			'- **Total Tasks**: 8 (including setup)',
			'- **Completed Successfully**: 4 (so far)',
			'- **Failed & Improved**: 0',
			'- **Current Success Rate**: 50%',
			'- **Status**: In Progress (50% Complete)',
		]);
		assert.is(
			update(source, { success: 6, failure: 1 }),
			section('TASK LIST METRICS & HISTORY', [
				'- **Total Tasks**: 8 (including setup)',
				'- **Completed Successfully**: 6 (so far)',
				'- **Failed & Improved**: 1',
				'- **Current Success Rate**: 75%',
				'- **Status**: In Progress (75% Complete)',
			]),
		);
	});

	test('writes the counts behind a rate as well, where they are the counts', () => {
		const metrics = (rate: string, success: number) =>
			section('METRICS', [`**Success: ${success}**`, '**Failure: 2**', `**Success Rate: ${rate} by now**`]);
		const after = (rate: string) => update(metrics(rate, 8), { success: 9, failure: 2 });
		assert.is(after('80% (8/10)'), metrics('82% (9/11)', 9));
		assert.is(after('80.0% (8 of 10 runs)'), metrics('81.8% (9 of 11 runs)', 9));
		assert.is(after('80% (8/12)'), metrics('82% (8/12)', 9));
	});

	for (const [present, counts, ratio] of [
		['0:0', [1, 0], '1:0'],
		['9:2', [10, 2], '10:2'],
		['**9:2**', [10, 2], '**10:2**'],
		['N/A', [0, 0], 'N/A'],
		['n/a', [0, 1], '0:1'],
	] as const) {
		test(`writes ${ratio} where ${present} stood`, () => {
			const line = (text: string) => section('TASK METRICS', [`- **Success/Failure Ratio**: ${text} (need 10:1)`]);
			assert.is(update(line(present), { success: counts[0], failure: counts[1] }), line(ratio));
		});
	}

	for (const [before, present, after, ratio] of [
		[[9, 2], '4.5:1', [10, 2], '5:1'],
		[[9, 2], '4.5:1', [10, 3], '3.33:1'],
		[[4, 9], '1:2.25', [4, 10], '1:2.5'],
		[[3, 9], '1:3', [4, 9], '1:2.25'],
		[[20, 2], '10:1', [23, 2], '11.5:1'],
		[[9, 2], '4.5:1', [0, 2], '0:2'],
		[[9, 2], '4.5:1', [9, 0], '9:0'],
		[[10, 2], '10:2', [10, 3], '10:3'],
		[[0, 0], 'N/A', [3, 1], '3:1'],
	] as const) {
		test(`writes ${ratio} for ${after.join(' and ')} where ${present} stood for ${before.join(' and ')}`, () => {
			const lines = ([success, failure]: readonly [number, number], text: string) =>
				section('GAMIFICATION METRICS', [
					`- **Success**: ${success}`,
					`- **Failure**: ${failure}`,
					`- **Success Ratio**: ${text}`,
				]);
			const written = update(lines(before, present), { success: after[0], failure: after[1] });
			assert.is(written, lines(after, ratio));
		});
	}

	for (const [present, written] of [
		['2025-06-24', DATE],
		['YYYY-MM-DD', DATE],
		['[date]', DATE],
		['Never', DATE],
		['June 24, 2025', DATE],
		['2025/06/24', '2026/02/03'],
		['2025-06-24 (by hand)', `${DATE} (by hand)`],
		['2025-06-24 10:20:30', `${DATE} 04:05:06`],
		['2025-06-24T10:20', `${DATE}T04:05`],
		['YYYY-MM-DD HH:MM:SS', `${DATE} 04:05:06`],
		['before the move', 'before the move'],
	] as const) {
		test(`writes the date "${written}" where "${present}" stood`, () => {
			const line = (text: string) =>
				section('TASK METRICS', ['- **Success/Failure Ratio**: 1:0', `- **Last Updated**: ${text}`]);
			assert.is(update(line(present), { success: 1, failure: 0, time: '04:05:06' }), line(written));
		});
	}

	for (const [present, isGraduated, written] of [
		[' (Requires 10:1 to graduate)', true, ' ✅ GRADUATED!'],
		[' (need 5:1 minimum, 10:1 preferred)', true, ' ✅ GRADUATED!'],
		['', true, ' ✅ GRADUATED!'],
		[' (moved to a new folder)', true, ' (moved to a new folder) ✅ GRADUATED!'],
		[' ✅ GRADUATED!', true, ' ✅ GRADUATED!'],
		[' (GRADUATED! 🎉)', true, ' (GRADUATED! 🎉)'],
		[' (need 10:1 to graduate) ✅ GRADUATED!', true, ' (need 10:1 to graduate) ✅ GRADUATED!'],
		[' (Requires 10:1 to graduate)', false, ' (Requires 10:1 to graduate)'],
		['', false, ''],
		[' (moved to a new folder)', false, ' (moved to a new folder)'],
		[' ✅ GRADUATED!', false, ' (Requires 10:1 to graduate)'],
		[' (GRADUATED! 🎉)', false, ' (Requires 10:1 to graduate)'],
		[' (need 10:1 to graduate) ✅ GRADUATED!', false, ' (need 10:1 to graduate)'],
		[' (moved) ✅ GRADUATED! by Ann', false, ' (moved) (Requires 10:1 to graduate) by Ann'],
		[' (not graduated)', true, ' (not graduated) ✅ GRADUATED!'],
	] as const) {
		test(`${isGraduated ? 'marks' : 'unmarks'} "${present}" as "${written}"`, () => {
			const line = (text: string) => section('TASK METRICS', [`- **Success/Failure Ratio**: 10:1${text}`]);
			const result = update(line(present), { success: 10, failure: 1, isGraduated });
			assert.is(result, line(written));
			assert.is(parsePrompt(result).metrics?.isGraduationClaimed, isGraduated);
		});
	}

	test('marks behind the marks of a bold ratio, and before a comment', () => {
		const line = (text: string) => section('TASK METRICS', [`- **Success/Failure Ratio**: ${text} <!-- kept -->`]);
		const update10 = { success: 10, failure: 1, isGraduated: true };
		assert.is(update(line('**9:1** (Requires 10:1 to graduate)'), update10), line('**10:1** ✅ GRADUATED!'));
		assert.is(update(line('**9:1**'), update10), line('**10:1** ✅ GRADUATED!'));
	});

	for (const [heading, target] of [
		['GAMIFICATION METRICS', '(need 10:1 to graduate)'],
		['Current Status', '(need 10:1 to graduate)'],
		['EXECUTION METRICS', '(Requires 10:1 to graduate)'],
	] as const) {
		test(`asks again in the words of ${heading} when the mark goes`, () => {
			const lines = (remark: string) =>
				section(heading, ['- **Success**: 9', '- **Failure**: 1', `- **Success Ratio**: 9:1 ${remark}`]);
			assert.is(update(lines('✅ GRADUATED!'), { success: 9, failure: 1 }), lines(target));
		});
	}

	for (const [present, isGraduated, written] of [
		['✅ Graduated', false, 'In Progress'],
		['✅ Graduated', true, '✅ Graduated'],
		['In Progress', true, '✅ Graduated'],
		['Not Started', true, '✅ Graduated'],
		['Not Started', false, 'In Progress'],
		['[Not Started/In Progress/Completed]', false, 'In Progress'],
		['Blocked by the network', true, 'Blocked by the network'],
		['Not graduated', false, 'Not graduated'],
	] as const) {
		test(`${isGraduated ? 'graduated' : 'in development'}, the status "${present}" becomes "${written}"`, () => {
			const table = (status: string) =>
				section('TASK METRICS & HISTORY', [
					'| Metric | Value |',
					'| --- | --- |',
					'| **Success** | 10 |',
					'| **Failure** | 1 |',
					`| **Status** | ${status} |`,
				]);
			assert.is(update(table(present), { success: 10, failure: 1, isGraduated }), table(written));
		});
	}

	test('does not begin a task list that nothing was counted in', () => {
		const source = section('TASK LIST METRICS', [
			'- **Completed Successfully**: 0',
			'- **Failed & Improved**: 0',
			'- **Status**: Not Started',
		]);
		assert.is(update(source, { success: 0, failure: 0 }), source);
	});
});

const section = (heading: string, lines: readonly string[]): string =>
	`# T\n\n## ${heading}\n\n${lines.join('\n')}\n\n## Next\n- **Success**: 77\n`;

function update(source: string, change: Omit<MetricsUpdate, 'date' | 'isGraduated'> & Partial<MetricsUpdate>): string {
	const metrics: Metrics | null = parsePrompt(source).metrics;
	assert.ok(metrics, 'the document has metrics');
	return updateMetrics(source, metrics, { date: DATE, isGraduated: false, ...change });
}
