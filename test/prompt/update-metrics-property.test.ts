import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import type { Metrics, MetricsDialect } from '../../src/prompt/prompt.ts';
import { formatRatio } from '../../src/prompt/ratio.ts';
import { updateMetrics } from '../../src/prompt/update-metrics.ts';
import { describe } from '../helpers/suite.ts';

const count = fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 100_000 }));
const counts = fc.record({ success: count, failure: count }, { noNullPrototype: true });
type Counts = { success: number; failure: number };

const remark = fc.constantFrom(
	'',
	' (Requires 10:1 to graduate)',
	' (need 5:1 minimum, 10:1 preferred)',
	' (moved in v8, 3 files)',
	' ✅ GRADUATED!',
	' (GRADUATED! 🎉)',
	' (need 10:1 to graduate) ✅ GRADUATED!',
	' \uFFFD broken \u0005 remark',
);
const date = fc.constantFrom('2025-01-02', '2025-01-02 03:04:05', 'YYYY-MM-DD', '[today]', 'some time ago');
const bullet = fc.constantFrom('- ', '* ', '*   ', '-\t', '+ ');
const trail = fc.constantFrom('', '  ', '\t', ' ');
const emoji = fc.constantFrom('📊 ', '🎮 ', '=\uFFFD\u0014 ', '🏛️ ', '');
const noise = fc.constantFrom(
	'Text with **Success**: 5 in it.',
	'- a\n  - b\n    - **Failure**: 3\n\n      nested',
	'```\n## TASK METRICS & HISTORY\n- **Success/Failure Ratio**: 7:7\n```',
	'<!-- - **Success**: 8 -->',
	'1.\tone\n2.\ttwo',
	'| a | b |\n| - | - |\n| Success | 4 |',
	'\uFFFD\u0005\u000F mojibake \u{1F3AF}\uFE0F',
	'trailing  ',
);
const ratioOf = ({ success, failure }: Counts, form: 'counts' | 'quotient'): string =>
	formatRatio(form, { success, failure }, { present: '' });

interface Sample {
	readonly dialect: MetricsDialect;
	readonly lines: string;
	readonly counts: Counts;
}

/** The fields of each dialect, in its own words and order. */
const sample: fc.Arbitrary<Sample> = fc
	.record({
		counts,
		remark,
		date,
		bullet,
		trail,
		emoji,
		form: fc.constantFrom('counts', 'quotient'),
		total: fc.nat({ max: 40 }),
	})
	.chain((parts) => {
		const { counts: now, bullet: dot, trail: end, emoji: lead, form } = parts;
		const { success, failure } = now;
		const list = (heading: string, fields: readonly (readonly [string, string | number])[]): string =>
			[`## ${lead}${heading}`, ...fields.map(([label, value]) => `${dot}**${label}**: ${value}${end}`)].join('\n');
		const own = `${ratioOf(now, 'counts')}${parts.remark}`;
		const shown = `${success + failure === 0 && form === 'quotient' ? 'N/A' : ratioOf(now, form as 'counts')}${parts.remark}`;
		const updated = ['Last Updated', parts.date] as const;
		const history = `${dot}**Evolution History**:\n\n  | Version | Change | Result |\n  | :-- | :-- | :-- |\n  | v1 | 4:1 | TBD |`;
		const rate = success + failure === 0 ? '0%' : formatRatio('percentage', now, { present: '0%' });
		const samples: readonly Omit<Sample, 'counts'>[] = [
			{
				dialect: 'TM-list',
				lines: `${list('TASK METRICS & HISTORY', [['Success/Failure Ratio', own], updated])}\n${history}`,
			},
			{
				dialect: 'TM-list',
				lines: `## TASK METRICS\n\n- Counts\n  - Now\n${list('', [['Success/Failure Ratio', own], updated])
					.split('\n')
					.slice(1)
					.map((line) => `    ${line}`)
					.join('\n')}`,
			},
			{ dialect: 'EM-list', lines: list('EXECUTION METRICS & HISTORY', [['Success/Failure Ratio', own], updated]) },
			{
				dialect: 'TM-uuid',
				lines: list('TASK METRICS', [['Success/Failure Ratio', own], updated, ['Last UUID', '`0:0`']]),
			},
			{
				dialect: 'GM-list',
				lines: list('GAMIFICATION METRICS', [
					['Success', success],
					['Failure', failure],
					['Total Executions', success + failure],
					updated,
					['Success Ratio', shown],
				]),
			},
			{
				dialect: 'status-list',
				lines: list('Current Status', [
					['Success', success],
					['Failure', failure],
					['Success Ratio', shown],
					['Blocker', '1:1'],
				]),
			},
			{
				dialect: 'TL-list',
				lines: list('TASK LIST METRICS & HISTORY', [
					['Total Tasks', `${parts.total} (all)`],
					['Completed Successfully', `${success} (so far)`],
					['Failed & Improved', failure],
					['Current Success Rate', rate],
					updated,
					['Status', `In Progress (${rate} Complete)`],
				]),
			},
			{
				dialect: 'TM-table',
				lines: [
					`## ${lead}TASK METRICS & HISTORY\n\n| Metric | Value |\n| --- | :-- |`,
					`| **Success**  | ${success}   |\n|\t**Failure** |\t${failure}|`,
					`| **Total Runs** | ${success + failure} |\n| **Success Ratio** | ${shown} |`,
					`| **Last Updated** | ${parts.date} |\n| **Status** | ✅ Graduated |`,
				].join('\n'),
			},
		];
		return fc.constantFrom(...samples.map((one) => ({ ...one, counts: now })));
	});

const document = fc
	.record({
		sample,
		mark: fc.constantFrom('', '\uFEFF'),
		lineEnd: fc.constantFrom('\n', '\r\n'),
		before: fc.array(noise, { maxLength: 3 }),
		after: fc.array(noise, { maxLength: 3 }),
		hasFinalNewline: fc.boolean(),
	})
	.map(({ sample: { dialect, lines, counts: now }, mark, lineEnd, before, after, hasFinalNewline }) => {
		const parts = ['# Title', ...before, lines, '## Next', ...after];
		const text = parts.join('\n\n') + (hasFinalNewline ? '\n' : '');
		return { dialect, counts: now, source: mark + text.replaceAll('\n', lineEnd) };
	});

describe('updateMetrics()', ({ test }) => {
	test('writes counts that are read back, and keeps every character outside of the fields', () => {
		fc.assert(
			fc.property(document, counts, fc.boolean(), ({ dialect, counts: now, source }, next, isGraduated) => {
				const metrics = read(source);
				assert.is(metrics.dialect, dialect);
				assert.equal({ success: metrics.success, failure: metrics.failure }, now);
				const written = updateMetrics(source, metrics, { ...next, date: '2026-02-03', isGraduated });
				const again = read(written);
				assert.is(again.dialect, dialect);
				assert.equal({ success: again.success, failure: again.failure }, { ...next });
				assert.equal(outside(written, again), outside(source, metrics));
				if (dialect !== 'TL-list') assert.is(again.isGraduationClaimed, isGraduated);
			}),
			{ numRuns: 700 },
		);
	});

	test('changes nothing when everything stands there already', () => {
		fc.assert(
			fc.property(document, ({ counts: now, source }) => {
				const metrics = read(source);
				const present = metrics.lastUpdatedField?.text ?? '';
				// A placeholder is never what should stand there.
				fc.pre(!/YYYY|\[/.test(present));
				const isGraduated = metrics.isGraduationClaimed;
				// A mark that stands in the status alone, or in the remark alone, is brought to both.
				fc.pre(metrics.dialect !== 'TM-table' || /graduated/i.test(metrics.remarkField?.text ?? ''));
				const update = { ...now, date: '2025-01-02', time: '03:04:05', isGraduated };
				assert.is(updateMetrics(source, metrics, update), source);
			}),
			{ numRuns: 400 },
		);
	});

	test('gives the same document when done twice', () => {
		fc.assert(
			fc.property(document, counts, fc.boolean(), ({ source }, next, isGraduated) => {
				const update = { ...next, date: '2026-02-03', isGraduated };
				const once = updateMetrics(source, read(source), update);
				assert.is(updateMetrics(once, read(once), update), once);
			}),
			{ numRuns: 400 },
		);
	});
});

function read(source: string): Metrics {
	const { metrics } = parsePrompt(source);
	assert.ok(metrics, `metrics are read from ${JSON.stringify(source)}`);
	return metrics;
}

/** What stands between the fields. */
function outside(source: string, metrics: Metrics): readonly string[] {
	const fields = [
		metrics.successField,
		metrics.failureField,
		metrics.totalField,
		metrics.ratioField,
		metrics.remarkField,
		metrics.lastUpdatedField,
		metrics.statusField,
	];
	const spans = fields.flatMap((field) => (field === null ? [] : [field.span]));
	spans.sort((a, b) => a.start.offset - b.start.offset || a.end.offset - b.end.offset);
	const ends = [0, ...spans.map(({ end }) => end.offset)];
	const starts = [...spans.map(({ start }) => start.offset), source.length];
	return starts.map((start, index) => source.slice(ends[index], start));
}
