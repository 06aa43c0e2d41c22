import * as assert from 'uvu/assert';
import { closestName } from '../../src/core/closest-name.ts';
import { describe } from '../helpers/suite.ts';

describe('closestName()', ({ test }) => {
	test('finds what was probably meant', () => {
		assert.is(closestName('timout', ['timeout', 'stall', 'jobs']), 'timeout');
		assert.is(closestName('lnit', ['run', 'lint', 'gate']), 'lint');
	});
	test('offers nothing when too many letters differ', () => {
		assert.is(closestName('banana', ['timeout', 'stall', 'jobs']), null);
		assert.is(closestName('x', []), null);
	});
});
