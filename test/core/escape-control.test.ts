import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { escapeControl } from '../../src/core/escape-control.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('escapeControl()', ({ test }) => {
	test('shows escape sequences, carriage returns, NUL and bidirectional marks', () => {
		assert.is(escapeControl('a\u001b[31mb\rc\0d\u202ee'), 'a\\e[31mb\\rc\\0d\\u{202e}e');
	});
	test('leaves plain text, tabs and line feeds alone', () => {
		assert.is(escapeControl('grün\t日本\n😀'), 'grün\t日本\n😀');
	});
	test('leaves no control character, whatever comes', () => {
		check(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				assert.not.match(escapeControl(text), /[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
			}),
		);
	});
});
