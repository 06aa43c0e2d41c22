import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { createPatternScanner } from '../../src/run/pattern-scanner.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const never = (): boolean => false;

describe('createPatternScanner()', ({ test }) => {
	test('finds a pattern and the line it stands in', () => {
		const scanner = createPatternScanner(['Traceback'], never);
		assert.is(scanner.scan('stdout', 'fine\n'), null);
		assert.equal(scanner.scan('stdout', 'ok\nTraceback (most recent)\n'), {
			pattern: 'Traceback',
			line: 'Traceback (most recent)',
		});
	});
	test('finds a pattern that any two chunks share', () => {
		const text = 'first line\nTraceback (most recent call last):\n';
		check(
			fc.property(fc.integer({ min: 1, max: text.length - 1 }), (cut) => {
				const scanner = createPatternScanner(['Traceback'], never);
				const hit = scanner.scan('stdout', text.slice(0, cut)) ?? scanner.scan('stdout', text.slice(cut));
				assert.is(hit?.pattern, 'Traceback');
			}),
		);
	});
	test('finds a pattern through colours, also when a chunk ends inside a control sequence', () => {
		const text = '\u001b[1mTrace\u001b[31mback\u001b[0m\n';
		check(
			fc.property(fc.integer({ min: 0, max: text.length }), (cut) => {
				const scanner = createPatternScanner(['Traceback'], never);
				const hit = scanner.scan('stderr', text.slice(0, cut)) ?? scanner.scan('stderr', text.slice(cut));
				assert.is(hit?.pattern, 'Traceback');
			}),
		);
	});
	test('finds in pieces what it finds in the whole', () => {
		const parts = ['Trace', 'back', 'x', '\n', '\n', '\u001b[1m', '\u001b', '[0m', 'panic'];
		const patterns = ['Traceback', '/^panic$/'];
		const pieces = fc.array(fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((some) => some.join('')));
		check(
			fc.property(pieces, (texts) => {
				const inPieces = createPatternScanner(patterns, never);
				// A line that goes on after its end was looked at may cease to fit: what is found early is no miss.
				const isFound = texts.map((text) => inPieces.scan('stdout', text)).some((hit) => hit !== null);
				const hit = createPatternScanner(patterns, never).scan('stdout', texts.join(''));
				assert.ok(isFound || hit === null);
			}),
		);
	});
	test('takes no letter of the next piece for the end of a stray escape', () => {
		const scanner = createPatternScanner(['Traceback'], never);
		assert.is(scanner.scan('stdout', '\u001b\u001b[1m'), null);
		assert.ok(scanner.scan('stdout', 'Traceback'));
	});
	test('does not begin a line in the middle of it', () => {
		const scanner = createPatternScanner(['/^panic/'], never);
		assert.is(scanner.scan('stdout', 'no '), null);
		assert.is(scanner.scan('stdout', 'panic\nfine\n'), null);
		assert.is(scanner.scan('stdout', 'panic\n')?.pattern, '/^panic/');
	});
	test('does not join the two streams', () => {
		const scanner = createPatternScanner(['Traceback'], never);
		assert.is(scanner.scan('stdout', 'Trace'), null);
		assert.is(scanner.scan('stderr', 'back'), null);
	});
	test('passes over what is allowed and finds the next', () => {
		const scanner = createPatternScanner(['FAILED', 'TypeError'], (_, pattern) => pattern === 'FAILED');
		assert.is(scanner.scan('stdout', 'test FAILED\nTypeError: x\n')?.pattern, 'TypeError');
	});
	test('takes regular expressions with their own flags beside literal texts', () => {
		const scanner = createPatternScanner(['/^panic:/i', 'a.b'], never);
		assert.is(scanner.scan('stdout', 'no panic: here\naxb\nA.B\n'), null);
		assert.is(scanner.scan('stdout', 'PANIC: now\n')?.pattern, '/^panic:/i');
		assert.is(scanner.scan('stdout', 'a.b\n')?.pattern, 'a.b');
	});
	test('never hits without patterns', () => {
		assert.is(createPatternScanner([], never).scan('stdout', 'Traceback'), null);
	});
});
