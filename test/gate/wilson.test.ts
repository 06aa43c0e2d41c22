import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { runsForLowerBound, wilsonLowerBound } from '../../src/gate/wilson.ts';
import { describe } from '../helpers/suite.ts';

const counts = fc.record({ success: fc.nat(5000), failure: fc.nat(500) });

describe('wilsonLowerBound()', ({ test }) => {
	// Newcombe, Statistics in Medicine 17 (1998), Table I, method 3: the score interval without continuity correction.
	for (const [success, total, bound] of [
		[81, 263, 0.2553],
		[15, 148, 0.0624],
		[0, 20, 0],
		[1, 29, 0.0061],
	] as const) {
		test(`gives the published bound for ${success} of ${total}`, () => {
			const actual = wilsonLowerBound({ success, failure: total - success });
			assert.ok(Math.abs(actual - bound) < 0.00005, `${actual}`);
		});
	}

	test('gives n / (n + z²) when nothing failed', () => {
		assert.ok(Math.abs(wilsonLowerBound({ success: 10, failure: 0 }) - 10 / (10 + 3.841458820694124)) < 1e-12);
	});

	test('is 0 when nothing was counted', () => assert.is(wilsonLowerBound({ success: 0, failure: 0 }), 0));

	test('lies between 0 and the share', () => {
		fc.assert(
			fc.property(counts, ({ success, failure }) => {
				const bound = wilsonLowerBound({ success, failure });
				assert.ok(bound >= 0 && bound <= (success + failure === 0 ? 0 : success / (success + failure)));
			}),
		);
	});

	test('rises with each success and falls with each failure', () => {
		fc.assert(
			fc.property(counts, ({ success, failure }) => {
				const bound = wilsonLowerBound({ success, failure });
				assert.ok(wilsonLowerBound({ success: success + 1, failure }) > bound);
				const worse = wilsonLowerBound({ success, failure: failure + 1 });
				assert.ok(success === 0 ? worse === 0 : worse < bound);
			}),
		);
	});
});

describe('runsForLowerBound()', ({ test }) => {
	test('gives the least number of runs that reach the bound', () => {
		fc.assert(
			fc.property(fc.nat(500), fc.constantFrom(0.5, 0.8, 0.9, 0.95, 0.99), (failure, wanted) => {
				const runs = runsForLowerBound(failure, wanted);
				assert.ok(wilsonLowerBound({ success: runs - failure, failure }) >= wanted);
				assert.ok(wilsonLowerBound({ success: runs - failure - 1, failure }) < wanted);
			}),
		);
	});
});
