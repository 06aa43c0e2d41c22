import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { compileRegex, parseWrittenRegex, testRegex } from '../../src/expect/compile-regex.ts';
import { canBacktrackForever } from '../../src/expect/regex-danger.ts';
import { describe } from '../helpers/suite.ts';

describe('parseWrittenRegex()', ({ test }) => {
	test('reads source and flags', () => {
		assert.equal(parseWrittenRegex('/^ok \\d+$/im'), { source: '^ok \\d+$', flags: 'im' });
		assert.equal(parseWrittenRegex('/a\\/b/'), { source: 'a\\/b', flags: '' });
		assert.equal(parseWrittenRegex('/https?://x/'), { source: 'https?://x', flags: '' });
	});

	test('leaves paths and other text alone', () => {
		for (const text of ['/usr/bin/', '/v1/users', '/etc/passwd', 'a/b/', '//', '/', '', '/a/q']) {
			assert.is(parseWrittenRegex(text), null, text);
		}
	});
});

describe('compileRegex()', ({ test }) => {
	test('drops the flags that keep a place', () => assert.is(compileRegex('a', 'gyi').regex?.flags, 'i'));

	test('says what is wrong', () => {
		assert.is(compileRegex('a(').problem?.ruleId, 'bad-regex');
		assert.match(compileRegex('a(').problem?.message ?? '', /^Not a regular expression: /);
		assert.is(compileRegex('(a+)+$').problem?.ruleId, 'slow-regex');
	});

	test('never throws', () => {
		const pieces = fc.array(
			fc.constantFrom('a', '(', ')', '[', ']', '+', '*', '?', '{2,}', '|', '\\', '^', '(?:', '(?=', '.'),
		);
		fc.assert(
			fc.property(pieces, (some) => void compileRegex(some.join(''))),
			{ numRuns: 2000 },
		);
	});
});

describe('testRegex()', ({ test }) => {
	test('lets $ match before the last newline, as grep and Perl do', () => {
		assert.ok(testRegex(/^ok$/, 'ok\n'));
		assert.ok(testRegex(/ok\n$/, 'ok\n'));
		assert.not(testRegex(/^ok$/, 'ok\n\n'));
	});
});

describe('canBacktrackForever()', ({ test }) => {
	for (const source of [
		'(a+)+',
		'(a*)*',
		'(\\w+\\s?)*',
		'(?:x*|y)+',
		'((a+))+b',
		'([^"]*)*',
		'(\\s*\\w+){2,}',
		'x(?<n>.+)*y',
	]) {
		test(`sees it in ${source}`, () => assert.ok(canBacktrackForever(source)));
	}
	for (const source of [
		'a+b+',
		'(\\w+,)*',
		'(foo\\s+bar\\n)*',
		'(a|b)+',
		'(.*\\n)*',
		'(a+){3}',
		'([+*]+)',
		'(?:\\d+\\.)+\\d+',
		'\\(a+\\)+',
	]) {
		test(`does not see it in ${source}`, () => assert.not(canBacktrackForever(source)));
	}
});
