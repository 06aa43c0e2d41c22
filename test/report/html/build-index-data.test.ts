import * as assert from 'uvu/assert';
import { flakinessOf } from '../../../src/report/html/build-index-data.ts';
import { describe } from '../../helpers/suite.ts';

describe('flakinessOf()', ({ test }) => {
	test('counts turns among runs that scored', () => {
		assert.is(flakinessOf(['passed']), null);
		assert.is(flakinessOf(['passed', 'infra', 'passed', 'passed']), 0);
		assert.is(flakinessOf(['passed', 'failed', 'passed']), 1);
		assert.is(flakinessOf(['failed', 'failed', 'flaky', 'skipped']), 0.5);
	});
});
