import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { judgeCounts } from '../../src/gate/judge-counts.ts';
import { describe } from '../helpers/suite.ts';

const counts = fc.record({ success: fc.nat(3000), failure: fc.nat(100) });

describe('judgeCounts()', ({ test }) => {
	for (const [success, failure, stage, missing] of [
		[0, 0, 'development', 10],
		[9, 0, 'development', 1],
		[10, 0, 'graduated', 0],
		[10, 1, 'graduated', 0],
		[9, 1, 'development', 1],
		[19, 2, 'development', 1],
		[23, 2, 'graduated', 0],
		[34, 0, 'graduated', 0],
		[35, 0, 'trusted', 0],
		[0, 3, 'development', 30],
	] as const) {
		test(`puts ${success}:${failure} in ${stage}`, () => {
			const verdict = judgeCounts({ success, failure });
			assert.is(verdict.stage, stage);
			assert.is(verdict.isMet, stage !== 'development');
			assert.is(verdict.cleanRunsMissing, missing);
		});
	}

	test('has no ratio without a failure', () => {
		assert.is(judgeCounts({ success: 12, failure: 0 }).ratio, null);
		assert.is(judgeCounts({ success: 9, failure: 2 }).ratio, 4.5);
	});

	test('counts the clean runs that are missing exactly', () => {
		fc.assert(
			fc.property(counts, ({ success, failure }) => {
				const { cleanRunsMissing: missing, cleanRunsToTrusted: toTrusted } = judgeCounts({ success, failure });
				assert.ok(toTrusted >= missing);
				assert.ok(judgeCounts({ success: success + missing, failure }).isMet);
				if (missing > 0) assert.not(judgeCounts({ success: success + missing - 1, failure }).isMet);
				assert.is(judgeCounts({ success: success + toTrusted, failure }).stage, 'trusted');
				if (toTrusted > 0) assert.is.not(judgeCounts({ success: success + toTrusted - 1, failure }).stage, 'trusted');
			}),
		);
	});

	test('says trusted exactly when the rule is met and the bound is 0.90 or more', () => {
		fc.assert(
			fc.property(counts, (some) => {
				const { stage, isMet, bound } = judgeCounts(some);
				assert.is(stage === 'trusted', isMet && bound >= 0.9);
			}),
		);
	});

	test('never rises with a failure nor falls with a success', () => {
		const rank = { development: 0, graduated: 1, trusted: 2 };
		fc.assert(
			fc.property(counts, ({ success, failure }) => {
				const now = rank[judgeCounts({ success, failure }).stage];
				assert.ok(rank[judgeCounts({ success: success + 1, failure }).stage] >= now);
				assert.ok(rank[judgeCounts({ success, failure: failure + 1 }).stage] <= now);
			}),
		);
	});

	test('answers for counts beyond all reason', () => {
		const verdict = judgeCounts({ success: 1e22, failure: 1e22 });
		assert.is(verdict.stage, 'development');
		assert.ok(verdict.cleanRunsMissing > 0);
	});
});
