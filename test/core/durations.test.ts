import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatDuration, parseDuration } from '../../src/core/durations.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('parseDuration()', ({ test }) => {
	test('reads every unit', () => {
		assert.is(parseDuration('500ms'), 500);
		assert.is(parseDuration('30s'), 30_000);
		assert.is(parseDuration('1.5s'), 1500);
		assert.is(parseDuration('2 m'), 120_000);
		assert.is(parseDuration('1h'), 3_600_000);
		assert.is(parseDuration('0'), 0);
	});
	test('refuses what has no unit, a sign or two numbers', () => {
		for (const text of ['30', '-1s', '1m30s', '', 's', '1e3s', '1 day']) assert.is(parseDuration(text), null, text);
	});
});

describe('formatDuration()', ({ test }) => {
	test('gives two digits of worth', () => {
		assert.equal([0, 12.4, 999, 1000, 4210, 9949, 9950, 59_499, 59_500, 125_000, 3_720_000].map(formatDuration), [
			'0ms',
			'12ms',
			'999ms',
			'1.0s',
			'4.2s',
			'9.9s',
			'10s',
			'59s',
			'1m00s',
			'2m05s',
			'1h02m',
		]);
	});
	test('never shows 60 seconds or 60 minutes', () => {
		check(
			fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (ms) => {
				assert.not.match(formatDuration(ms), /^60s|m60s|h60m|1000ms/);
			}),
		);
	});
});
