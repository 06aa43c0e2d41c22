import * as assert from 'uvu/assert';
import { createLimitClock } from '../../src/executor/limit-clock.ts';
import { createFakeClock } from '../helpers/fake-clock.ts';
import { describe } from '../helpers/suite.ts';

function started(limitMs: number) {
	const clock = createFakeClock();
	let times = 0;
	const limit = createLimitClock(clock, limitMs, () => {
		times += 1;
	});
	return { clock, limit, times: () => times };
}

describe('createLimitClock()', ({ test }) => {
	test('runs out once, and not before it counts', () => {
		const { clock, limit, times } = started(100);
		clock.advance(1000);
		assert.is(times(), 0);
		limit.resume();
		clock.advance(99);
		assert.is(times(), 0);
		clock.advance(1);
		assert.is(times(), 1);
		clock.advance(1000);
		assert.is(times(), 1);
	});

	test('stands still while it is paused', () => {
		const { clock, limit, times } = started(100);
		limit.resume();
		clock.advance(60);
		limit.pause();
		limit.pause();
		clock.advance(1000);
		limit.resume();
		limit.resume();
		clock.advance(39);
		assert.is(times(), 0);
		clock.advance(1);
		assert.is(times(), 1);
	});

	test('counts from the start again, also when that is said while it is paused', () => {
		const { clock, limit, times } = started(100);
		limit.resume();
		for (let round = 0; round < 10; round += 1) {
			clock.advance(90);
			limit.restart();
		}
		clock.advance(90);
		limit.pause();
		limit.restart();
		clock.advance(500);
		limit.resume();
		clock.advance(99);
		assert.is(times(), 0);
		clock.advance(1);
		assert.is(times(), 1);
	});

	test('of 0 never runs out', () => {
		const { clock, limit, times } = started(0);
		limit.resume();
		clock.advance(1_000_000);
		assert.is(times(), 0);
	});
});
