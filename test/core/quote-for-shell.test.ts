import * as assert from 'uvu/assert';
import { quoteForShell } from '../../src/core/quote-for-shell.ts';
import { describe } from '../helpers/suite.ts';

describe('quoteForShell()', ({ test }) => {
	test('leaves plain words alone and quotes all others', () => {
		assert.is(quoteForShell('prompts/a-b.md'), 'prompts/a-b.md');
		assert.is(quoteForShell("it's $HOME.md"), "'it'\\''s $HOME.md'");
		assert.is(quoteForShell(''), "''");
	});
});
