import * as assert from 'uvu/assert';
import type { Clock } from '../../src/core/ports.ts';
import { scheduleLimit } from '../../src/core/schedule-limit.ts';
import { createFakeClock } from '../helpers/fake-clock.ts';
import { describe } from '../helpers/suite.ts';

/** A clock of a process that is stopped before each of its timers. */
function createLateClock(lateMs: number) {
	const clock = createFakeClock();
	let missedMs = 0;
	const late: Clock = {
		...clock,
		monotonicMs: () => clock.monotonicMs() + missedMs,
		schedule: (callback, delayMs) =>
			clock.schedule(() => {
				missedMs += lateMs;
				callback();
			}, delayMs),
	};
	return { late, clock };
}

describe('scheduleLimit()', ({ test }) => {
	test('calls when the limit is over, and not after it was cancelled', () => {
		const clock = createFakeClock();
		const told: number[] = [];
		const cancel = scheduleLimit(clock, () => told.push(clock.monotonicMs()), 50);
		scheduleLimit(clock, () => told.push(clock.monotonicMs()), 80);
		clock.advance(40);
		cancel();
		cancel();
		clock.advance(1000);
		assert.equal(told, [80]);
	});

	test('lets a process that was stopped hear first what came meanwhile', () => {
		const { late, clock } = createLateClock(5000);
		const told: string[] = [];
		scheduleLimit(late, () => told.push('over'), 50);
		const cancel = scheduleLimit(late, () => told.push('cancelled'), 50);
		clock.advance(149);
		assert.equal(told, []);
		cancel();
		clock.advance(1);
		assert.equal(told, ['over']);
	});

	test('takes no notice of timers that are a little late', () => {
		const { late, clock } = createLateClock(15);
		const told: string[] = [];
		scheduleLimit(late, () => told.push('over'), 50);
		clock.advance(50);
		assert.equal(told, ['over']);
	});
});
