import * as assert from 'uvu/assert';
import { isProven, scoreOf } from '../../src/core/outcomes.ts';
import { describe } from '../helpers/suite.ts';

describe('scoreOf()', ({ test }) => {
	test('adds a success for passed, a failure for failed and flaky', () => {
		assert.equal(scoreOf('passed'), { success: 1, failure: 0 });
		assert.equal(scoreOf('failed'), { success: 0, failure: 1 });
		assert.equal(scoreOf('flaky'), { success: 0, failure: 1 });
	});
	test('adds nothing for any other outcome', () => {
		for (const outcome of ['unproven', 'infra', 'refused', 'skipped', 'aborted'] as const) {
			assert.equal(scoreOf(outcome), { success: 0, failure: 0 }, outcome);
		}
	});
});

describe('isProven()', ({ test }) => {
	test('orders the levels none < claimed < printed < bound < signed', () => {
		assert.ok(isProven('signed', 'bound'));
		assert.ok(isProven('bound', 'bound'));
		assert.not(isProven('printed', 'bound'));
		assert.not(isProven('none', 'claimed'));
	});
});
