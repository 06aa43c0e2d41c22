import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { judgeClock, MAX_SKEW_MS } from '../../../src/run/doctor/measure-clock.ts';
import { check } from '../../helpers/check.ts';
import { describe } from '../../helpers/suite.ts';

describe('judgeClock()', ({ test }) => {
	const times = fc.record({
		notBeforeMs: fc.integer({ min: 0, max: 2e12 }),
		tookMs: fc.integer({ min: 0, max: 60_000 }),
		/** When the executor read its clock, between both. */
		share: fc.double({ min: 0, max: 1, noNaN: true }),
		resolutionMs: fc.constantFrom(1, 1000),
		skewMs: fc.integer({ min: -100_000, max: 100_000 }),
	});
	const judge = ({
		notBeforeMs,
		tookMs,
		share,
		resolutionMs,
		skewMs,
	}: typeof times extends fc.Arbitrary<infer T> ? T : never) => {
		const readMs = notBeforeMs + Math.round(tookMs * share) + skewMs;
		const toldMs = Math.floor(readMs / resolutionMs) * resolutionMs;
		return judgeClock({ toldMs, resolutionMs, notBeforeMs, notAfterMs: notBeforeMs + tookMs, source: 'test' });
	};

	test('never fails a clock that is right enough, however long the answer took', () => {
		check(
			fc.property(times, (time) => {
				if (Math.abs(time.skewMs) <= MAX_SKEW_MS) assert.ok(judge(time).isOk);
			}),
		);
	});
	test('fails a clock that is surely wrong', () => {
		check(
			fc.property(times, (time) => {
				const uncertaintyMs = time.tookMs + time.resolutionMs;
				if (Math.abs(time.skewMs) > MAX_SKEW_MS + uncertaintyMs + 2) assert.not.ok(judge(time).isOk);
			}),
		);
	});
	test('says how far, in which direction, and by what', () => {
		const common = { resolutionMs: 1, notBeforeMs: 100_000, notAfterMs: 100_010, source: 'its status' };
		assert.is(judgeClock({ ...common, toldMs: 99_004 }).detail, '1000 ms behind ours (± 6 ms, by its status)');
		assert.is(judgeClock({ ...common, toldMs: 101_005 }).detail, '1001 ms ahead of ours (± 6 ms, by its status)');
	});
});
