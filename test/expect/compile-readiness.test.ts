import * as assert from 'uvu/assert';
import { compileReadiness } from '../../src/expect/compile-readiness.ts';
import { describe } from '../helpers/suite.ts';

describe('compileReadiness()', ({ test }) => {
	test('waits for a text', () => {
		const isReady = compileReadiness('listening on');
		assert.not(isReady('starting\nlisten'));
		assert.ok(isReady('starting\nlistening on 80\n'));
	});

	test('waits for a regular expression', () => {
		const isReady = compileReadiness('/^port \\d+$/m');
		assert.not(isReady('port none\n'));
		assert.ok(isReady('x\nport 80\n'));
	});

	test('sees through colours', () => assert.ok(compileReadiness('is ready')('is \u001b[32mready\u001b[0m')));

	test('takes a broken regular expression for text', () => assert.ok(compileReadiness('/a(/')('x /a(/')));
});
