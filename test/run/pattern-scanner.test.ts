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
