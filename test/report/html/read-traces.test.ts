import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { readTraces } from '../../../src/report/html/read-traces.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';

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
