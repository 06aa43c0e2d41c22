import * as assert from 'uvu/assert';
import { pluralize } from '../../src/core/pluralize.ts';
import { describe } from '../helpers/suite.ts';

describe('pluralize()', ({ test }) => {
	test('takes the noun as it is for 1 alone, and a plural of its own where one is given', () => {
		assert.is(pluralize(1, 'step'), '1 step');
		assert.is(pluralize(0, 'step'), '0 steps');
		assert.is(pluralize(2, 'success', 'successes'), '2 successes');
	});
});
