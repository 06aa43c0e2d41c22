import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { describeExpectation } from '../../src/expect/describe-expectation.ts';
import { describe } from '../helpers/suite.ts';
import { words } from './samples.ts';

describe('compileExpectation() on known prose', ({ test }) => {
	for (const [prose, demand] of [
		['The command should exit with status code 0 and produce no output.', 'exit code 0; no output'],
		['exit 0, prints nothing', 'exit code 0; no output'],
		['Exits with 3', 'exit code 3'],
		['Exit code: `3`', 'exit code 3'],
		['`exit 4`', 'exit code 4'],
		['`exit code: 2`', 'exit code 2'],
		['fails with exit code 2', 'exit code 2'],
		['returns exit code 7', 'exit code 7'],
		['exits non-zero', 'non-zero exit code'],
		['Returns a non-zero exit status', 'non-zero exit code'],
		['exit code is not 0', 'non-zero exit code'],
		['completes successfully', 'exit code 0'],
		['succeeds silently', 'exit code 0; no output'],
		['Does not print anything', 'exit code 0; no output'],
		['Nothing on stdout or stderr', 'exit code 0; no output'],
		['Exit code 1 without any output', 'exit code 1; no output'],
		['Non-empty output', 'exit code 0; some output'],
		['The output is not empty', 'exit code 0; some output'],
		['prints something', 'exit code 0; some output'],
		['Exit code 0 and output contains "ok"', 'exit code 0; contains "ok"'],
		["Shows 'x and y' on stderr, exit status 4", 'exit code 4; contains "x and y" on stderr'],
		['stderr contains "oops" and stdout is empty', 'exit code 0; contains "oops" on stderr; no output on stdout'],
		['prints “A, B”, "y" and "Z Q"', 'exit code 0; contains "A, B"; contains "y"; contains "Z Q"'],
		['a line containing "Hello World"', 'exit code 0; contains "Hello World"'],
		['prints only "x"', 'exit code 0; 1 line exactly'],
		['`node x.js` prints `ok` and `fine`', 'exit code 0; contains "ok"; contains "fine"'],
		['The output of `node x.js` contains `ok`', 'exit code 0; contains "ok"'],
		['exits with `0` and `1` is printed', 'exit code 0; contains "1"'],
		['Shows the summary: `3 files`', 'exit code 0; contains "3 files"'],
		['prints no warning and exits with code 2', 'exit code 2'],
		['"a b"', 'exit code 0; contains "a b"'],
		["“A”, 'b'.", 'exit code 0; contains "A"; contains "b"'],
		['Output: "a b"', 'exit code 0; contains "a b"'],
		['`a`, "b"', 'exit code 0; contains "a"; contains "b"'],
		['"a b", exit code 2', 'exit code 2'],
		['Exit code 0. Output contains "done".', 'exit code 0; contains "done"'],
	] as const) {
		test(`reads: ${prose}`, () => assert.is(describeExpectation(words(prose)), demand));
	}

	for (const prose of [
		'does not exit with code 0',
		'exit code 0 or 1',
		'Exit code 1, if the server is down',
		'On error, exit code 1',
		'exit code 256',
		'exits with N',
		'returns status code 200',
		'Exit code 2 on Windows',
		'either prints nothing or exits with code 1',
		'A list, or a connection error',
		'PASS',
		'3',
		'✅',
		'42, 43',
		'3, "x"',
		'says "x"; or so',
		'FAIL with "function not defined"',
		'shows a report',
		'may print "x"',
		'prints "x" or "y"',
		'Prints "x". Otherwise exits with code 3.',
		'never prints "x"',
		'does not print "x", prints "y"',
	]) {
		test(`takes nothing from: ${prose}`, () => {
			const expectation = words(prose);
			assert.is(describeExpectation(expectation), 'exit code 0');
			assert.is(expectation.checkedBy, 'exit-code');
			assert.equal(
				expectation.problems.map(({ ruleId }) => ruleId),
				['prose-expectation'],
			);
		});
	}

	for (const prose of [
		'prints `a` or `b`',
		'Output must not contain `ERROR`',
		'no `Traceback` in the output',
		'contains no `a` and `b`',
		'output like `v1.2.3`',
		'Prints `a`. Or `b`.',
		'If it works, `ok`',
		'never `exit 3`',
	]) {
		test(`leaves code out, and says so: ${prose}`, () => {
			const expectation = words(prose);
			assert.is(describeExpectation(expectation), 'exit code 0');
			assert.ok(expectation.problems.length > 0);
			assert.ok(expectation.problems.every(({ ruleId }) => ruleId === 'ambiguous-expectation'));
		});
	}

	test('keeps what stands before a negation', () => {
		assert.is(describeExpectation(words('Prints `ok`, not `bad`')), 'exit code 0; contains "ok"');
	});

	test('says that two exit codes are one too many', () => {
		const expectation = words('Exit code 1. Exit code 2.');
		assert.equal(expectation.exitCodes, [0]);
		assert.equal(
			expectation.problems.map(({ ruleId }) => ruleId),
			['rival-exit-codes'],
		);
	});

	test('keeps the case of quotations', () => {
		assert.is(
			describeExpectation(words('PRINTS "ÇİĞ Straße" AND EXITS WITH CODE 1')),
			'exit code 1; contains "ÇİĞ Straße"',
		);
	});

	test('takes no demand from any alternative, condition or example', () => {
		const demand = fc.constantFrom(
			'exits with code 3',
			'prints nothing',
			'prints "x"',
			'output contains `x`',
			'`x`',
			'non-empty output',
		);
		const hedge = fc.constantFrom(
			' or ',
			', or else ',
			' unless ',
			' if it can, ',
			'; otherwise ',
			', for example ',
			' or maybe ',
			' (or) ',
		);
		fc.assert(
			fc.property(demand, hedge, demand, (one, link, other) => {
				assert.is(describeExpectation(words(`${one}${link}${other}`)), 'exit code 0');
			}),
		);
	});

	test('never throws', () => {
		const pieces = fc.constantFrom(
			'exit',
			'code',
			' 0 ',
			'`x`',
			'"',
			"'",
			' and ',
			', ',
			'no output',
			' not ',
			'(',
			')',
			'. ',
			'\u0001',
			'`exit 1`',
			'[',
			']',
			' contains ',
		);
		fc.assert(fc.property(fc.array(fc.oneof(pieces, fc.string())), (some) => void words(some.join(''))));
	});
});
