import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { encodeJsonText } from '../../src/executor/json-bytes.ts';
import { FRESH_MEMORY } from '../../src/executor/message-memory.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const encode = (text: string): string =>
	encodeJsonText({ before: '{"a":"', utf8: Buffer.from(text), after: '"}' }, FRESH_MEMORY).toString();
const quote = (utf8: Buffer): Buffer => encodeJsonText({ before: '"', utf8, after: '"' }, FRESH_MEMORY);

describe('encodeJsonText()', ({ test }) => {
	test('gives what JSON.stringify gives, for every character that may need an escape, at every place of a word', () => {
		for (let code = 0; code < 0x100; code += 1) {
			for (let place = 0; place < 9; place += 1) {
				const text = `${'x'.repeat(place)}${String.fromCharCode(code)}${'y'.repeat(9 - place)}`;
				assert.is(encode(text), JSON.stringify({ a: text }));
			}
		}
	});

	test('does so for any text, also where escapes crowd', () => {
		const unit = fc.oneof(
			{
				weight: 3,
				arbitrary: fc.constantFrom(
					'\n',
					'"',
					'\\',
					'\0',
					'\x1f',
					'\x20',
					'\x21',
					'\x23',
					'\x7f',
					'[',
					']',
					'é',
					'\u2028',
					'😀',
				),
			},
			{ weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
		);
		// Half of a surrogate pair is no UTF-8.
		const texts = fc.string({ unit, maxLength: 60 }).map((text) => Buffer.from(text).toString());
		check(
			fc.property(texts, (text) => {
				assert.is(encode(text), JSON.stringify({ a: text }));
			}),
			{ numRuns: 3000 },
		);
	});

	test('gives fresh bytes each time, and takes a longer text after a short one', () => {
		const first = quote(Buffer.from('one'));
		const long = '\0'.repeat(200_000);
		assert.is(JSON.parse(quote(Buffer.from(long)).toString()), long);
		assert.is(first.toString(), '"one"');
	});

	test('reads no byte beyond the text, wherever it lies in its memory', () => {
		const all = Buffer.from('\n"abcdefgh"\n');
		for (let start = 0; start < all.length; start += 1) {
			for (let end = start; end <= all.length; end += 1) {
				const part = all.subarray(start, end);
				assert.is(quote(part).toString(), JSON.stringify(part.toString()));
			}
		}
	});
});
