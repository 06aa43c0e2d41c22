import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { formatCanonicalJson } from '../../src/core/canonical-json.ts';
import { createExcerpt } from '../../src/run/create-excerpt.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('createExcerpt()', ({ test }) => {
	test('keeps a short output whole but for its last line end', () => {
		assert.is(createExcerpt('a\nb\n', []), 'a\nb');
		assert.is(createExcerpt('', []), '');
	});

	test('keeps the last whole lines of a long one', () => {
		const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
		const excerpt = createExcerpt(`${lines.join('\n')}\n`, []);
		assert.ok(excerpt.length <= 400 && lines.join('\n').endsWith(`\n${excerpt}`), excerpt);
		assert.is(createExcerpt('x'.repeat(1000), []), 'x'.repeat(400));
	});

	test('masks before it cuts', () => {
		const secret = 'S3cr3t-'.repeat(10);
		assert.not(createExcerpt(`token ${secret}${'.'.repeat(370)}`, [secret]).includes('S3cr3t'));
	});

	test('can stand in canonical JSON, whatever was printed', () => {
		const anything = fc.string({ unit: 'binary', maxLength: 1000 });
		check(
			fc.property(anything, (output) => {
				const excerpt = createExcerpt(`${output}${'😀'.repeat(300)}`, []);
				assert.ok(excerpt.length <= 400);
				formatCanonicalJson(excerpt);
				formatCanonicalJson(createExcerpt(`x${'😀'.repeat(300)}`, []));
				formatCanonicalJson(createExcerpt(output, []));
			}),
		);
	});
});
