import * as assert from 'uvu/assert';
import { detectCi } from '../../../src/cli/ci/ci-service.ts';
import { describe } from '../../helpers/suite.ts';

describe('detectCi()', ({ test }) => {
	test('goes by the variables of the server where nothing is asked', () => {
		assert.is(detectCi(undefined, { GITHUB_ACTIONS: 'true' }), 'github');
		assert.is(detectCi(undefined, { GITLAB_CI: 'true', CI: 'true' }), 'gitlab');
		assert.is(detectCi(undefined, { CI: 'true', GITHUB_ACTIONS: 'false' }), 'none');
	});
	test('goes by what is asked elsewhere, and takes no other name', () => {
		assert.is(detectCi('none', { GITHUB_ACTIONS: 'true' }), 'none');
		assert.is(detectCi('gitlab', {}), 'gitlab');
		assert.throws(() => detectCi('travis', {}), /Unknown CI service "travis"/);
	});
});
