import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { nextDelayMs, resolveReconnect } from '../../src/client/backoff.ts';
import { describe } from '../helpers/suite.ts';

describe('nextDelayMs()', ({ test }) => {
	const policy = { leaseMs: 60_000, minDelayMs: 50, maxDelayMs: 2000 };

	test('doubles up to the longest wait', () => {
		const longest = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => nextDelayMs(attempt, policy, 1));
		assert.equal(longest, [50, 100, 200, 400, 800, 1600, 2000, 2000, 2000]);
	});

	test('takes a random part off, at most half', () => {
		fc.assert(
			fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
				const longest = nextDelayMs(attempt, policy, 1);
				const delay = nextDelayMs(attempt, policy, random);
				assert.ok(delay >= longest / 2 && delay <= longest);
			}),
		);
	});
});

describe('resolveReconnect()', ({ test }) => {
	test('fills what is not set, and knows that a client shall not come back', () => {
		assert.equal(resolveReconnect({ leaseMs: 5 }), { leaseMs: 5, minDelayMs: 50, maxDelayMs: 2000 });
		assert.is(resolveReconnect(false), null);
		for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
			assert.throws(
				() => resolveReconnect({ leaseMs: value }),
				(error: unknown) => error instanceof RangeError,
			);
		}
	});
});
