import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { hasInvisible, showInvisible, unescapeText } from '../../src/expect/escapes.ts';
import { describe } from '../helpers/suite.ts';

const anyText = fc.string({ unit: 'binary' });

describe('unescapeText()', ({ test }) => {
	for (const [written, meant] of [
		['a\\tb', 'a\tb'],
		['\\x1b[31mred\\x1b[0m', '\u001b[31mred\u001b[0m'],
		['\\e[0m', '\u001b[0m'],
		['caf\\xc3\\xa9', 'café'],
		['\\u00e9\\u{1F600}', 'é😀'],
		['\\xff\\x41', '\ufffdA'],
		['back\\\\slash', 'back\\slash'],
		['\\0', '\0'],
	] as const) {
		test(`reads ${written}`, () => assert.is(unescapeText(written), meant));
	}

	test('refuses what no escape is', () => {
		for (const wrong of ['\\q', 'end\\', '\\x1', '\\u12', '\\u{110000}', '\\X41'])
			assert.is(unescapeText(wrong), null, wrong);
	});
});

describe('showInvisible()', ({ test }) => {
	for (const [text, shown] of [
		['tab\there', 'tab\\there'],
		['blank \nnext', 'blank\\x20\nnext'],
		['crlf\r\n', 'crlf\\r\n'],
		['\0', '\\x00'],
		['\u001b[1m', '\\x1b[1m'],
		['a\u00a0b', 'a\\u00a0b'],
		['zero\u200bwidth', 'zero\\u200bwidth'],
		['plain text', 'plain text'],
	] as const) {
		test(`shows ${JSON.stringify(text)}`, () => assert.is(showInvisible(text), shown));
	}

	test('can be read back', () => {
		fc.assert(fc.property(anyText, (text) => assert.is(unescapeText(showInvisible(text)), text)));
	});

	test('changes a text without backslashes exactly when something invisible is in it', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const plain = text.replace(/\\/g, '');
				assert.is(showInvisible(plain) !== plain, hasInvisible(plain));
			}),
		);
	});
});
