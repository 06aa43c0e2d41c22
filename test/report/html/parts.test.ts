import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatRoute, parseRoute, type Route } from '../../../src/page/routes.ts';
import { flakinessOf } from '../../../src/report/html/build-index-data.ts';
import { fingerprint, normalizeMessage } from '../../../src/report/html/fingerprint.ts';
import { makeInert } from '../../../src/report/html/make-inert.ts';
import { readTraces } from '../../../src/report/html/read-traces.ts';
import { shareOut } from '../../../src/report/html/share-out.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';

const amounts = fc.array(fc.nat(10_000), { maxLength: 50 });

describe('shareOut()', ({ test }) => {
	test('keeps the budget, gives nobody more than it wants, and treats equals alike', () => {
		check(
			fc.property(amounts, fc.nat(100_000), (wanted, budget) => {
				const given = shareOut(wanted, budget);
				assert.ok(given.reduce((sum, part) => sum + part, 0) <= Math.max(budget, 0));
				for (const [index, part] of given.entries()) assert.ok(part <= (wanted[index] ?? 0));
				if (wanted.reduce((sum, want) => sum + want, 0) <= budget) assert.equal(given, wanted);
				const cut = given.filter((part, index) => part < (wanted[index] ?? 0));
				assert.ok(new Set(cut).size <= 1, 'all that are cut get the same');
			}),
		);
	});

	test('gives everyone the least, even beyond the budget', () => {
		assert.equal(shareOut([1000, 5, 1000], 0, 100), [100, 5, 100]);
		assert.equal(shareOut([10, 1000, 1000], 210), [10, 100, 100]);
	});
});

describe('fingerprint()', ({ test }) => {
	test('is the same where only numbers, ids, times and temporary paths differ', () => {
		const one = 'Port 3000 of 019aa5d2-0000-7000-8000-000000000001 is taken, see /tmp/verify-x1/out.txt after 1.2s';
		const other = 'port 8080 of 019bb000-1111-7222-8333-444444444444 is taken, see /tmp/y/out.txt after 900ms';
		assert.is(normalizeMessage(one), normalizeMessage(other));
		assert.is(fingerprint('mismatch', one), fingerprint('mismatch', other));
		assert.is.not(fingerprint('mismatch', one), fingerprint('timeout', one));
		assert.is.not(fingerprint('mismatch', one), fingerprint('mismatch', 'another story'));
		assert.match(fingerprint(null, ''), /^[0-9a-f]{8}$/);
	});
});

describe('makeInert()', ({ test }) => {
	test('leaves no text in any value that could act, and nothing else changed', () => {
		check(
			fc.property(fc.jsonValue(), (value) => {
				const text = JSON.stringify(makeInert({ deep: [value] }));
				assert.not.match(text, /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\\u00[01]/);
			}),
		);
		assert.equal(makeInert({ a: ['\u001b[2J', 1, null, true], b: { c: 'x\ud800' } }), {
			a: ['\\e[2J', 1, null, true],
			b: { c: 'x\ufffd' },
		});
	});
});

describe('readTraces()', ({ test }) => {
	const at = (ms: number): string => new Date(Date.parse('2026-03-02T10:00:00Z') + ms).toISOString();
	const line = (type: string, ms: number, extra: object = {}): string =>
		JSON.stringify({ v: 1, at: at(ms), type, execution: 'e1', ...extra });

	test('finds both brackets with their lines, when output came, and the longest silences', () => {
		const text = [
			JSON.stringify({ v: 1, at: at(0), type: 'run', run: 'r' }),
			line('execution-started', 0),
			line('output', 100, { data: 'a' }),
			'not json',
			line('output', 900, { data: '{"type":"execution-completed"}' }),
			line('execution-completed', 1300, { duration_ms: 1300 }),
			'{"v":1,"type":"output","execution":"e1"',
		].join('\n');
		const trace = readTraces(text).get('e1');
		assert.equal([trace?.startedLine, trace?.completedLine], [2, 6]);
		assert.equal(trace?.moments, [100, 900]);
		assert.equal(trace?.gaps, [
			{ fromMs: 100, toMs: 900 },
			{ fromMs: 900, toMs: 1300 },
			{ fromMs: 0, toMs: 100 },
		]);
	});

	test('never fails, and keeps at most 200 moments', () => {
		check(
			fc.property(fc.string(), (text) => {
				assert.ok(readTraces(`${line('execution-started', 0)}\n${text}`).has('e1'));
			}),
		);
		const many = Array.from({ length: 5000 }, (_, index) => line('output', index));
		assert.ok((readTraces([line('execution-started', 0), ...many].join('\n')).get('e1')?.moments.length ?? 0) <= 200);
	});
});

describe('flakinessOf()', ({ test }) => {
	test('counts turns among runs that scored', () => {
		assert.is(flakinessOf(['passed']), null);
		assert.is(flakinessOf(['passed', 'infra', 'passed', 'passed']), 0);
		assert.is(flakinessOf(['passed', 'failed', 'passed']), 1);
		assert.is(flakinessOf(['failed', 'failed', 'flaky', 'skipped']), 0.5);
	});
});

describe('parseRoute()', ({ test }) => {
	test('reads what formatRoute() writes, and takes everything else for the overview or a name', () => {
		const text = fc.string({ unit: 'grapheme', minLength: 1 });
		const position = fc.option(fc.integer({ min: 1, max: 99_999 }));
		const route: fc.Arbitrary<Route> = fc.oneof(
			fc.record({ page: fc.constant('overview' as const), query: text }),
			fc.record({ page: fc.constant('prompt' as const), file: text }),
			fc.record({
				page: fc.constant('step' as const),
				file: text,
				number: fc.integer({ min: 1, max: 999 }),
				attempt: position,
				line: position,
			}),
		);
		check(fc.property(route, (given) => assert.equal(parseRoute(formatRoute(given)), { ...given })));
		check(fc.property(fc.string({ unit: 'binary' }), (hash) => assert.ok(parseRoute(hash).page)));
	});
});
