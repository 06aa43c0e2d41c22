import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { judge } from '../../src/expect/judge.ts';
import { describe } from '../helpers/suite.ts';
import { fence, isText, judgeText, printed, printedCut, words } from './samples.ts';

const hintsOf = async (text: string, output: string): Promise<readonly string[]> =>
	(await judgeText(text, output)).mismatch?.hints ?? [];

const line = fc.string({ unit: 'binary' }).filter((text) => !/[\r\n]/.test(text));

describe('judge() on exit codes', ({ test }) => {
	const ended = (exitCode: number | null, signal: string | null = null) => ({ ...printed('x\n'), exitCode, signal });

	test('judges the exit code first and alone', async () => {
		const verdict = await judge(fence('y'), ended(1));
		assert.is(verdict.reason, 'exit-code');
		assert.equal(verdict.mismatch, {
			matcher: 'exit code 0',
			message: 'Exit code 1, expected exit code 0',
			firstDifference: null,
			diff: [],
			hints: [],
		});
	});

	test('says what shells mean by a code', async () => {
		const message = async (code: number): Promise<string> =>
			(await judge(words(''), ended(code))).mismatch?.message ?? '';
		assert.is(await message(127), 'Exit code 127 (command not found), expected exit code 0');
		assert.is(await message(137), 'Exit code 137 (a command was ended by signal 9), expected exit code 0');
	});

	test('never takes an end by a signal for an exit code', async () => {
		const verdict = await judge(words('exits non-zero'), ended(null, 'SIGSEGV'));
		assert.is(verdict.mismatch?.message, 'Ended by SIGSEGV, expected non-zero exit code');
	});

	test('passes any code that is named', async () => {
		assert.ok((await judge(words('`x`', { exitCodes: [1, 3] }), ended(3))).isMatch);
		assert.ok((await judge(words('exits non-zero'), ended(42))).isMatch);
	});
});

describe('judge() on text fences', ({ test }) => {
	test('tells the first difference and aligns the rest', async () => {
		const { mismatch, reason } = await judgeText('starting\nlistening on * (glob)\nready', 'starting\nfailed\nready\n');
		assert.is(reason, 'mismatch');
		assert.is(mismatch?.message, 'Line 2 of the output is not as line 2 of the expectation');
		assert.equal(mismatch?.firstDifference, {
			expectedLine: 2,
			expected: 'listening on * (glob)',
			actualLine: 2,
			actual: 'failed',
		});
		assert.equal(
			mismatch?.diff.map(({ kind }) => kind),
			['same', 'missing', 'surplus', 'same'],
		);
	});

	test('says where the output ends too soon or goes on', async () => {
		assert.is((await judgeText('a\nb', 'a\n')).mismatch?.message, 'The output ends before line 2 of the expectation');
		assert.is(
			(await judgeText('a', 'a\nb\n')).mismatch?.message,
			'The output goes on after the end of the expectation',
		);
		assert.is((await judgeText('a', '')).mismatch?.message, 'Nothing was printed');
	});

	test('shows what can not be seen when it is the difference', async () => {
		for (const [expected, output, name, shown] of [
			['a b', 'a b \n', 'blank at the end', 'a b\\x20'],
			['a', 'a\r\n', 'carriage return', 'a\\r'],
			['a b', 'a\tb\n', 'tab', 'a\\tb'],
			['ab', 'a\0b\n', 'NUL', 'a\\x00b'],
			['red', '\u001b[31mred\u001b[0m\n', 'ANSI control sequence', '\\x1b[31mred\\x1b[0m'],
			['a b', 'a\u00a0b\n', 'no-break space', 'a\\u00a0b'],
		] as const) {
			const { mismatch } = await judgeText(expected, output);
			assert.ok(mismatch?.hints.includes(`the lines differ only in what can't be seen: ${name}`));
			assert.is(mismatch?.firstDifference?.actual, shown);
			assert.ok(mismatch?.diff.some(({ text }) => text === shown));
		}
	});

	test('demands the last newline unless (no-eol) says otherwise', async () => {
		assert.not(await isText('a', 'a'));
		assert.is((await judgeText('a', 'a')).mismatch?.firstDifference?.expected, 'a\\n');
		assert.ok(await isText('a (no-eol)', 'a'));
		assert.not(await isText('a (no-eol)', 'a\n'));
	});

	test('takes an empty fence for no output', async () => {
		assert.ok(await isText('', ''));
		assert.not(await isText('', 'a\n'));
		assert.is((await judgeText('', 'a\nb\n')).mismatch?.message, '2 lines were printed where no output is expected');
	});

	test('matches any output with itself as exact text', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(line, { minLength: 1 }), async (lines) => {
				const text = lines.join('\n');
				assert.ok((await judge(fence(text, 'text', { match: 'exact' }), printed(`${text}\n`))).isMatch);
			}),
		);
	});

	test('lets an elision stand for any lines, none too', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(line), fc.array(line), fc.array(line), async (before, between, after) => {
				const literal = (lines: string[]): string[] => lines.map((text) => `${text} (equal)`);
				const text = [...literal(before), '...', ...literal(after)].join('\n');
				assert.ok(await isText(text, [...before, ...between, ...after].map((some) => `${some}\n`).join('')));
			}),
		);
	});
});

describe('judge() hints', ({ test }) => {
	test('names only readings that match', async () => {
		assert.equal(await hintsOf('x\nred', 'x\n\u001b[31mred\u001b[0m\n'), [
			"the lines differ only in what can't be seen: ANSI control sequence",
			'matches after stripping ANSI',
		]);
		assert.ok((await hintsOf('a\nb', 'a\r\nb\r\n')).includes('matches with CRLF read as LF'));
		assert.equal(await hintsOf('a', 'a'), ['matches if the trailing newline is ignored']);
		assert.equal(await hintsOf('a (no-eol)', 'a\n'), ['matches if the trailing newline is ignored']);
		assert.equal(await hintsOf('a\nb', 'b\na\n'), ['matches as unordered']);
		assert.ok((await hintsOf('a b', 'a b \n')).includes('matches if blanks at the end of lines are ignored'));
		assert.equal(await hintsOf('a', 'a\n\n\n'), ['matches if empty lines at the end are ignored']);
		assert.equal(await hintsOf('a', 'b\n'), []);
		assert.not((await hintsOf('red\nx', '\u001b[31mred\u001b[0m\ny\n')).includes('matches after stripping ANSI'));
	});

	test('tells the place in a JSON value', async () => {
		const verdict = await judge(fence('{"a":[1,{"b":2}]}', 'json'), printed('{"a":[1,{}]}\n'));
		assert.is(verdict.mismatch?.message, 'At $.a[1].b: expected 2, but it is missing');
		assert.is(verdict.mismatch?.firstDifference?.expected, '$.a[1].b = 2');
		assert.is(verdict.mismatch?.firstDifference?.actual, '$.a[1].b is missing');
	});

	test('names the stream that matches alone', async () => {
		const verdict = await judge(fence('{"a":1}', 'json'), printed('{"a":1}\n', 'warning\n'));
		assert.equal(verdict.mismatch?.hints, ['matches on stdout alone']);
	});

	test('says that a regular expression lacks the flag m', async () => {
		const verdict = await judge(words('`/^ok$/`'), printed('first\nok\nlast\n'));
		assert.equal(verdict.mismatch?.hints, ['matches line by line: the regex lacks the flag m']);
	});

	test('says that only the case differs', async () => {
		const verdict = await judge(words('`ready`'), printed('Ready\n'));
		assert.equal(verdict.mismatch?.hints, ['matches if upper and lower case are read as the same']);
		assert.equal(verdict.mismatch?.firstDifference, {
			expectedLine: 1,
			expected: 'ready',
			actualLine: 1,
			actual: 'Ready',
		});
	});
});

describe('judge() on streams', ({ test }) => {
	test('looks at the stream that is named', async () => {
		const observed = printed('out\n', 'err\n');
		assert.ok((await judge(fence('out\nerr'), observed)).isMatch);
		assert.ok((await judge(fence('out', 'text', { stream: 'stdout' }), observed)).isMatch);
		assert.ok((await judge(words('stderr contains "err" and prints "out" to stdout'), observed)).isMatch);
		assert.not((await judge(words('stdout is empty'), observed)).isMatch);
	});
});

describe('judge() on output that was cut', ({ test }) => {
	test('says truncated when what was kept can not decide', async () => {
		for (const expectation of [words('`needle`'), fence('a\nb'), fence('{}', 'json'), words('`/needle/`')]) {
			const verdict = await judge(expectation, printedCut('a\nx', 'x\nb\n'));
			assert.is(verdict.reason, 'truncated');
			assert.match(verdict.mismatch?.message ?? '', /^Only the head and the tail of the output were kept/);
		}
	});

	test('takes what is surely there', async () => {
		for (const expectation of [words('`a`'), words('`/^b$/m`'), words('some output'), fence('a\n...\nb')]) {
			assert.ok((await judge(expectation, printedCut('a\nx', 'x\nb\n'))).isMatch);
		}
	});

	test('takes nothing from the seam', async () => {
		for (const expectation of [words('`xy`'), words('`/xy/`'), words('`/x$/`'), words('`/^y/`')]) {
			assert.is((await judge(expectation, printedCut('ax', 'yb'))).reason, 'truncated');
		}
	});

	test('says mismatch where nothing that was lost could help', async () => {
		assert.is((await judge(fence('b\n...'), printedCut('a\nx', 'x\nb\n'))).reason, 'mismatch');
		assert.is((await judge(words('no output'), printedCut('a\nx', 'x\nb\n'))).reason, 'mismatch');
	});

	test('prefers a certain mismatch to one that can not be decided', async () => {
		const observed = printedCut('a\nx', 'x\nb\n');
		assert.is((await judge(words('`needle` and no output'), observed)).reason, 'mismatch');
	});

	test('knows a whole stream beside a cut one', async () => {
		const expectation = words('no output', { stream: 'stderr' });
		assert.ok((await judge(expectation, printedCut('a', 'b'))).isMatch);
	});

	test('decides little when nobody knows where the cut is', async () => {
		const { output, ...rest } = printedCut('a\nx', 'x\nb\n');
		const { cutAt: _, ...blind } = output;
		assert.ok((await judge(words('`a`'), { output: blind, ...rest })).isMatch);
		assert.is((await judge(fence('a\n...\nb'), { output: blind, ...rest })).reason, 'truncated');
	});
});

describe('judge() on much output', ({ test }) => {
	const lines = Array.from({ length: 100_000 }, (_, index) => `line ${index}`);
	const output = `${lines.join('\n')}\n`;
	const limitMs = 20_000;

	for (const [text, expected] of [
		['line 0\n...\nline 99999', true],
		['line * (glob*)', true],
		['line \\d+ (re+)\nend', false],
		['...\nline 7\n...\nline 8\n...\nline 99\n...\nnever\n...', false],
		[Array.from({ length: 40 }, () => 'line * (glob*)').join('\n'), true],
		[lines.toSpliced(50_000, 1).join('\n'), false],
	] as const) {
		test(`answers soon: ${text.slice(0, 40).replaceAll('\n', ' / ')}`, async () => {
			const started = performance.now();
			assert.is(await isText(text, output), expected);
			assert.ok(performance.now() - started < limitMs);
		});
	}

	test('compares in any order', async () => {
		const expectation = fence(lines.toReversed().join('\n'), 'text', { match: 'unordered' });
		assert.ok((await judge(expectation, printed(output))).isMatch);
	});
});

describe('judge() on anything', ({ test }) => {
	test('never rejects', async () => {
		const expectation = fc.oneof(
			fc.string().map((text) => fence(text)),
			fc.string().map((text) => words(text)),
			fc.json().map((text) => fence(text, 'json')),
			fc.string().map((text) => fence(text, 'text', { match: 'unordered' })),
		);
		const observed = fc
			.tuple(fc.string(), fc.string(), fc.boolean())
			.map(([head, tail, isCut]) => (isCut ? printedCut(head, tail) : printed(head, tail)));
		await fc.assert(
			fc.asyncProperty(expectation, observed, async (some, seen) => {
				const verdict = await judge(some, seen);
				assert.is(verdict.isMatch, verdict.mismatch === null);
				assert.is(verdict.isMatch, verdict.reason === undefined);
			}),
		);
	});
});
