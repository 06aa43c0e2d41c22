import * as assert from 'uvu/assert';
import { isDemanded } from '../../src/expect/is-demanded.ts';
import { describe } from '../helpers/suite.ts';
import { fence, words } from './samples.ts';

const LINE = 'cat: nope: No such file or directory';
const PATTERN = 'No such file or directory';

describe('isDemanded()', ({ test }) => {
	for (const [name, expectation] of [
		['the same line', fence(`before\n${LINE}`)],
		['the same line, exactly', fence(LINE, 'text', { match: 'exact' })],
		['the same line in any order', fence(`${LINE}\nx`, 'text', { match: 'unordered' })],
		['a glob with the words', fence('cat: *: No such file or directory (glob)')],
		['a glob that needs the words', fence('cat: nope: No such * directory (glob)')],
		['a regex with the words', fence('cat: .*No such file.* (re)')],
		['contained text with the words', words('`nope: No such file or directory`')],
		['contained text that needs a part of the words', words('`No such file`')],
		['a quotation', words('prints "No such file or directory" to stderr')],
		['a regular expression', words('`/no such file/i`')],
	] as const) {
		test(`is true for ${name}`, () => assert.ok(isDemanded(expectation, LINE, PATTERN)));
	}

	for (const [name, expectation] of [
		['no expectation', words('')],
		['an elision', fence('...')],
		['a glob that takes anything', fence('* (glob*)')],
		['a glob for the beginning', fence('cat: * (glob)')],
		['another line with the words', fence('ls: No such file or directory')],
		['contained text beside the words', words('`cat: nope`')],
		['a regular expression for anything', words('`/cat/`')],
		['no output', words('no output')],
	] as const) {
		test(`is false for ${name}`, () => assert.not(isDemanded(expectation, LINE, PATTERN)));
	}

	test('knows the beginning of a line that is still being printed', () => {
		const start = 'Traceback (mo';
		assert.ok(isDemanded(fence('Traceback (most recent call last):\n...'), start, 'Traceback'));
		assert.ok(isDemanded(words('`Traceback (most recent call last)`'), `x ${start}`, 'Traceback'));
		assert.ok(isDemanded(fence('Traceback (most*last): (glob)\n...'), start, 'Traceback'));
		assert.not(isDemanded(fence('Traceback was printed'), start, 'Traceback'));
	});

	test('reads patterns as regular expressions', () => {
		assert.ok(isDemanded(fence('error: 42'), 'error: 42', '/error:? \\d+/i'));
		assert.not(isDemanded(fence('* (glob)'), 'error: 42', '/error:? \\d+/i'));
	});

	test('looks at every text that a pattern finds', () => {
		assert.not(isDemanded(words('`error A`'), 'error A, error B', '/error [AB]/'));
	});

	test('finds the words in expected JSON', () => {
		const expectation = fence('{"error":"TypeError: \\"x\\""}', 'json');
		assert.ok(isDemanded(expectation, '"error": "TypeError: \\"x\\""', 'TypeError'));
		assert.not(isDemanded(expectation, '"error": "NameError"', 'NameError'));
	});
});
