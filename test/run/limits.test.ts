import * as assert from 'uvu/assert';
import { startLimits } from '../../src/run/limits.ts';
import { createFakeClock } from '../helpers/fake-clock.ts';
import { describe } from '../helpers/suite.ts';

const start = (limits: { timeoutMs: number; stallMs: number }) => {
	const clock = createFakeClock();
	const told: string[] = [];
	const running = startLimits(clock, limits, {
		onTimeout: () => told.push(`timeout at ${clock.monotonicMs()}`),
		onStall: (ms) => told.push(`stall of ${ms} at ${clock.monotonicMs()}`),
		onHalfStall: (ms) => told.push(`half of ${ms} at ${clock.monotonicMs()}`),
	});
	return { clock, told, running };
};

describe('startLimits()', ({ test }) => {
	test('warns at half of the silence and stalls at the whole', () => {
		const { clock, told } = start({ timeoutMs: 0, stallMs: 100 });
		clock.advance(1000);
		assert.equal(told, ['half of 50 at 50', 'stall of 100 at 100']);
	});
	test('starts the silence anew with each output', () => {
		const { clock, told, running } = start({ timeoutMs: 0, stallMs: 100 });
		clock.advance(90);
		running.touch();
		clock.advance(40);
		assert.equal(told, ['half of 50 at 50']);
		clock.advance(60);
		assert.equal(told, ['half of 50 at 50', 'half of 50 at 140', 'stall of 100 at 190']);
	});
	test('times out whatever is printed', () => {
		const { clock, told, running } = start({ timeoutMs: 100, stallMs: 50 });
		for (let ms = 0; ms < 120; ms += 10) {
			running.touch();
			clock.advance(10);
		}
		assert.equal(told, ['timeout at 100']);
	});
	test('gives a command its whole time from when it began, and the same time to be started', () => {
		const { clock, told, running } = start({ timeoutMs: 100, stallMs: 80 });
		clock.advance(30);
		running.begin();
		clock.advance(79);
		running.touch();
		clock.advance(20);
		assert.equal(told, ['half of 40 at 70']);
		clock.advance(1);
		assert.equal(told, ['half of 40 at 70', 'timeout at 130']);
		const unstarted = start({ timeoutMs: 100, stallMs: 0 });
		unstarted.clock.advance(100);
		assert.equal(unstarted.told, ['timeout at 100']);
	});
	test('is silent after stop() and without limits', () => {
		const { clock, told, running } = start({ timeoutMs: 10, stallMs: 10 });
		running.stop();
		clock.advance(100);
		assert.equal(told, []);
		const unlimited = start({ timeoutMs: 0, stallMs: 0 });
		unlimited.clock.advance(1e9);
		assert.equal(unlimited.told, []);
	});
});
