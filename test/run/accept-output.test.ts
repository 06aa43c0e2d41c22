import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { compileExpectation } from '../../src/expect/compile-expectation.ts';
import { judge } from '../../src/expect/judge.ts';
import type { Observed } from '../../src/expect/verdict.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { acceptOutput } from '../../src/run/accept-output.ts';
import { describe } from '../helpers/suite.ts';

const printed = (combined: string, exitCode = 0): Observed => ({
	output: { combined, stdout: combined, stderr: '', isCut: false },
	exitCode,
	signal: null,
});

const withExpectation = (expectation: string): string => `# Prompt

## Metrics
- **Success**: 3
- **Failure**: 1

### Step 1: before
**Command**: \`true\`
**Expected**: \`one\`

### Step 2: accepted
**Command**: \`./tool\`
**Expected**:

${expectation}

### Step 3: after
**Command**: \`true\`

Some words at the end, with \`code\`.
`;

async function accept(expectation: string, output: string): Promise<string> {
	const source = withExpectation(expectation);
	const result = await acceptOutput(source, 2, printed(output));
	if (result.kind !== 'changed') throw new Error(JSON.stringify(result));
	const [head = '', tail = ''] = source.split(expectation);
	assert.ok(result.source.startsWith(head), 'what stands before is as it was');
	assert.ok(result.source.endsWith(tail), 'what stands behind is as it was');
	return result.source.slice(head.length, result.source.length - tail.length);
}

const fence = (...lines: string[]): string => ['```text', ...lines, '```'].join('\n');

describe('acceptOutput()', ({ test }) => {
	test('writes what changed and keeps the patterns that still match', async () => {
		const before = fence('started', 'port * (glob)', 'took \\d+ ms (re)', '...', 'retry (+)', 'done');
		const after = await accept(before, 'started\nport 80\ntook long\nnoise\nnoise\nretry\nretry\nfinished\n');
		assert.is(after, fence('started', 'port * (glob)', 'took long', '...', 'retry (+)', 'finished'));
	});

	test('escapes what would be read as a rule, or not at all', async () => {
		const after = await accept(fence('x'), '...\nf(x) (glob)\na (esc)\nend  \n\u001b[32mok\u001b[0m\nlast');
		assert.is(
			after,
			fence(
				'... (equal)',
				'f(x) (glob) (equal)',
				'a (esc) (esc)',
				'end\\x20\\x20 (esc)',
				'\\x1b[32mok\\x1b[0m (esc)',
				'last (no-eol)',
			),
		);
	});

	test('makes the fence longer where the output holds one', async () => {
		assert.is(
			await accept(fence('x'), 'a\n```\nb\n````\n'),
			['`````text', 'a', '```', 'b', '````', '`````'].join('\n'),
		);
	});

	test('fills an empty fence and empties a full one', async () => {
		assert.is(await accept('```\n```', 'one\n'), '```\none\n```');
		assert.is(await accept(fence('one'), ''), '```text\n```');
	});

	test('keeps to the members that JSON asked for, and to inline code', async () => {
		const json = await accept('```json\n{ "status": "ok", "gone": 1 }\n```', '{"status":"bad","time":7}\n');
		assert.is(json, '```json\n{\n  "status": "bad"\n}\n```');
		assert.is(await accept('`version 1`', 'a `version` 2\n'), '``a `version` 2``');
	});

	test('keeps line ends, indents and quotes of the document', async () => {
		const crlf = withExpectation(fence('x')).replaceAll('\n', '\r\n');
		const result = await acceptOutput(crlf, 2, printed('a\nb\n'));
		assert.ok(result.kind === 'changed' && result.source.includes('```text\r\na\r\nb\r\n```\r\n'));
		assert.is(
			await accept('- it prints\n\n  ```\n  x\n  ```', '\ta\n\nb\n'),
			'- it prints\n\n  ```\n  \ta\n\n  b\n  ```',
		);
	});

	for (const [title, expectation, observed, why] of [
		['a wrong exit code', fence('x'), printed('y\n', 3), /only output is accepted/],
		['a pattern', '`/^\\d+$/`', printed('y\n'), /a pattern/],
		['several pieces of code', '`x` and `z`', printed('y\n'), /2 texts/],
		['several lines for inline code', '`x`', printed('y\nz\n'), /several lines/],
		['no JSON', '```json\n{}\n```', printed('y\n'), /none/],
	] as const) {
		test(`refuses ${title}`, async () => {
			const result = await acceptOutput(withExpectation(expectation), 2, observed);
			assert.ok(result.kind === 'refused');
			assert.match(result.kind === 'refused' ? result.why : '', why);
		});
	}

	test('leaves alone what matches', async () => {
		assert.equal(await acceptOutput(withExpectation(fence('x')), 2, printed('x\n')), { kind: 'matches' });
	});

	const line = fc.oneof(
		fc.string({ unit: 'grapheme', maxLength: 8 }),
		fc.constantFrom(
			'a',
			'b',
			'...',
			'a (glob)',
			'x (re)',
			'```',
			'~~~~',
			'### Step 4: x',
			'[TODO]',
			'[your name',
			' ',
			'\t',
			'\\x41 (esc)',
			'> q',
			'- [ ] i',
			'**Expected**: `z`',
			'\u0000',
			'\ud800',
			'é\r',
			'---',
			'# H',
			'| a | b |',
			'<!--',
			'(no-eol)',
			'x (no-eol)',
			'a (+)',
		),
	);
	const outputs = fc
		.tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
		.map(([lines, isEnded]) => lines.map((text) => text.replaceAll('\n', '')).join('\n') + (isEnded ? '\n' : ''));
	const rule = fc.constantFrom(
		'a',
		'b',
		'...',
		'* (glob)',
		'a* (glob?)',
		'\\w+ (re+)',
		'a (+)',
		'x (*)',
		'.*b (re)',
		'q (no-eol)',
		'a (esc)',
	);
	const expectations = fc
		.tuple(fc.array(rule, { maxLength: 6 }), fc.constantFrom('```', '~~~', '  ```', '> ```', '- ```'))
		.map(([rules, opening]) => {
			const lead = opening.replace(/[`~]+$/, '');
			const rest = lead === '- ' ? '  ' : lead;
			return [opening, ...rules.map((text) => rest + text), rest + opening.slice(lead.length)].join('\n');
		});

	for (const mode of ['lines', 'unordered']) {
		test(`any output matches after it was accepted, and all other bytes are as they were (${mode})`, () =>
			fc.assert(
				fc.asyncProperty(expectations, outputs, async (expectation, output) => {
					const source = withExpectation(`${expectation}\n\n**Match**: ${mode}`);
					const observed = printed(output);
					const result = await acceptOutput(source, 2, observed);
					if (result.kind === 'matches') return;
					if (result.kind === 'refused') throw new Error(result.why);
					const step = parsePrompt(result.source).steps[1];
					assert.ok(step);
					const verdict = await judge(compileExpectation(step.expectation), observed);
					assert.ok(verdict.isMatch);
					const [head = '', tail = ''] = source.split(expectation);
					assert.ok(result.source.startsWith(head) && result.source.endsWith(tail));
				}),
				{ numRuns: 1500 },
			));
	}
});
