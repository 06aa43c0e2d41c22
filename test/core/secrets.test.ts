import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { findSecrets, maskSecrets } from '../../src/core/secrets.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('findSecrets()', ({ test }) => {
	test('knows secrets by the names of their variables', () => {
		const names = [
			'GITHUB_TOKEN',
			'DB_PASSWORD',
			'AWS_SECRET_ACCESS_KEY',
			'OPENAI_API_KEY',
			'NPM_AUTH',
			'DATABASE_URL',
		];
		for (const name of names) assert.equal(findSecrets({ [name]: 'value' }), ['value'], name);
		const plain = ['PATH', 'PWD', 'HOME', 'KEYBOARD', 'MONKEY', 'AUTHOR_NAME', 'LANG', 'BASE_URL'];
		for (const name of plain) assert.equal(findSecrets({ [name]: 'value' }), [], name);
	});

	test('leaves out what is too short to blot', () => {
		assert.equal(findSecrets({ TOKEN: 'abc', SECRET: undefined, PASSWORD: '' }), []);
	});
});

describe('maskSecrets()', ({ test }) => {
	test('blots every given value, plain, in JSON and in URLs', () => {
		const secret = fc.string({ minLength: 4, maxLength: 30, unit: 'grapheme' });
		check(
			fc.property(fc.string(), secret, fc.string(), (before, value, after) => {
				const text = `${before}${value}${after} ${JSON.stringify(value)} ${encodeURIComponent(value)}`;
				// What the blots themselves are made of can't be told from them.
				fc.pre(!'******'.includes(value));
				assert.not(maskSecrets(text, [value]).includes(value));
			}),
		);
	});

	test('blots a longer secret before one that is part of it, and each line of one with several', () => {
		assert.is(maskSecrets('x abcdef y', ['abcd', 'abcdef']), 'x *** y');
		assert.is(maskSecrets('line: second-line', ['first-line\nsecond-line']), 'line: ***');
	});

	test('blots the shapes of well-known tokens', () => {
		const cases: readonly (readonly [string, string])[] = [
			[`push with ghp_${'a1'.repeat(18)}!`, 'push with ***!'],
			[`key sk-${'ant-api03-Ab9'.repeat(3)} end`, 'key *** end'],
			['id AKIAIOSFODNN7EXAMPLE.', 'id ***.'],
			['Authorization: Bearer abc.def-ghi123', 'Authorization: Bearer ***'],
			['postgres://app:hunter22@db:5432/x', 'postgres://app:***@db:5432/x'],
			['eyJhbGciOi.eyJzdWIiOi.c2ln ok', '*** ok'],
			['password=hunter22 next', 'password=*** next'],
			['{"apiKey": "0123456789"}', '{"apiKey": "***"}'],
			['a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb', 'a\n***\nb'],
			['MIIE\n-----END PRIVATE KEY-----\nb', '***\nb'],
		];
		for (const [text, masked] of cases) assert.is(maskSecrets(text, []), masked);
	});

	test('leaves ordinary output alone', () => {
		for (const text of [
			'12 passed, 1 failed',
			'Error: token expected at line 3',
			'https://example.com:8080/a@b',
			'commit 3474783f9e0c6fd1b0b7ab1c9d2a4e5f60718293',
		]) {
			assert.is(maskSecrets(text, []), text);
		}
	});
});
