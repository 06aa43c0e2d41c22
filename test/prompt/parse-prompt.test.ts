import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { parseTree } from '../../src/prompt/parse-tree.ts';
import { readPrompt } from '../../src/prompt/read-prompt.ts';
import { describe } from '../helpers/suite.ts';

const PROMPT = [
	'# Counts',
	'',
	'## TASK METRICS & HISTORY',
	'- **Success/Failure Ratio**: 4:1 (Requires 10:1 to graduate)',
	'- **Last Updated**: 2025-08-01',
	'',
	'### Step 1: Count',
	'**Command**: `wc -l data.txt`',
	'**Expected**: `3`',
	'',
	'### Step 2: Print',
	'```bash',
	'echo one',
	'echo two',
	'```',
	'',
].join('\n');

describe('parsePrompt()', ({ test }) => {
	for (const [name, change] of [
		['LF', (text: string) => text],
		['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
		['a byte order mark', (text: string) => `\uFEFF${text}`],
		['CRLF and a byte order mark', (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
		['CR alone', (text: string) => text.replaceAll('\n', '\r')],
	] as const) {
		test(`gives true places in a document with ${name}`, () => {
			const source = change(PROMPT);
			const { metrics, steps } = parsePrompt(source);
			const place = (text: string, line: number, column: number) => ({ offset: source.indexOf(text), line, column });
			assert.equal(metrics?.ratioField?.span.start, place('4:1', 4, 30));
			assert.equal(metrics?.remarkField?.text, ' (Requires 10:1 to graduate)');
			assert.equal(metrics?.lastUpdatedField?.span.start, place('2025', 5, 21));
			assert.equal(steps[0]?.span.start, place('### Step 1', 7, 1));
			assert.equal(steps[0]?.commands[0]?.span.start, place('wc', 8, 15));
			assert.equal(steps[0]?.commands[0]?.span.end.offset, source.indexOf('data.txt') + 8);
			assert.equal(steps[0]?.expectation.parts[0]?.span.start, place('3`', 9, 16));
			assert.equal(steps[1]?.commands[0]?.span.start, place('echo one', 13, 1));
			assert.equal(steps[1]?.commands[0]?.text, 'echo one\necho two');
			assert.equal(steps[1]?.line, 11);
		});
	}

	test('takes each code but 0 for non-zero', () => {
		const [step] = parsePrompt('### Step 1: Fails\nCommand: `false`\nExit Status: Non-Zero (any)\n').steps;
		const { exitCodes = [] } = step?.expectation ?? {};
		assert.equal([exitCodes.length, exitCodes[0], exitCodes.at(-1)], [255, 1, 255]);
		assert.equal(step?.problems, []);
	});

	test('counts the byte order mark as a column of the first line', () => {
		const { steps } = parsePrompt('\uFEFF### Step 1: One\n```bash\ntrue\n```');
		assert.equal(steps[0]?.span.start, { line: 1, column: 2, offset: 1 });
	});

	test('goes on in the same line after a carriage return that ends none', () => {
		const { metrics, steps } = parsePrompt(
			'## =\r TASK METRICS\n- **Success**: 1\n- **Failure**: 2\n\n### Step 1: x\n',
		);
		assert.is(metrics?.success, 1);
		assert.is(metrics?.failure, 2);
		assert.is(steps[0]?.line, 5);
	});

	test('reads front matter after a byte order mark', () => {
		const { settings } = parsePrompt('\uFEFF---\nverify:\n  timeout: 5s\n---\n# T\n');
		assert.equal(settings.directives, { timeoutMs: 5000 });
	});

	test('ignores front matter of other tools, also when it is no YAML', () => {
		const { settings, problems } = parsePrompt('---\nname: x\ndescription: a: b: "c\n---\n# T\n');
		assert.equal(settings, { directives: {} });
		assert.equal(problems, []);
	});

	test('keeps blanks and quotes of a command as they are', () => {
		const command = `FOO="a  b" sh -c 'echo "$1"' _ "{}" | grep -c \\* && ls *.md`;
		const { steps } = parsePrompt(`### Step 1: x\n**Command**: \`${command}\`\n`);
		assert.is(steps[0]?.commands[0]?.text, command);
	});

	test('reads a command that holds backticks', () => {
		const { steps } = parsePrompt('### Step 1: x\n**Command**: `` echo `date` ``\n');
		assert.is(steps[0]?.commands[0]?.text, 'echo `date`');
		assert.is(steps[0]?.commands[0]?.span.start.column, 17);
	});

	test('reads several commands of one line, parted by words that only join', () => {
		const { steps } = parsePrompt('### Step 1: x\n**Commands**: `make`, `make check` and `make clean`\n');
		assert.equal(
			steps[0]?.commands.map(({ text }) => text),
			['make', 'make check', 'make clean'],
		);
	});

	test('numbers front matter steps before those of the text', () => {
		const { steps } = parsePrompt('---\nverify:\n  - run: one\n  - run: two\n---\n### Step 1: three\n`x`\n');
		assert.equal(
			steps.map(({ number, label }) => [number, label]),
			[
				[1, 'verify 1'],
				[2, 'verify 2'],
				[3, 'Step 1'],
			],
		);
	});

	test('calls a step by something also where its heading or its item says nothing', () => {
		for (const [source, name] of [
			['#\n**Expected**: `ok`\n**Command**: `echo ok`\n', 'Step'],
			['# T\n\n- [ ] **:**\n\n  **Command**: `echo ok`\n', 'Task'],
		] as const) {
			const steps = parsePrompt(source).steps.map((step) => [step.label, step.name]);
			assert.equal(steps, [[name, name]], source);
		}
	});

	test('takes time that grows no faster than the document', () => {
		const step = (n: number) => `### Step ${n}: name ${n}\n**Command**: \`echo ${n}\`\n**Expected**: \`${n}\`\n\n`;
		const document = (count: number) => Array.from({ length: count }, (_, index) => step(index + 1)).join('');
		const [small, large] = [document(200), document(1600)];
		const [smallTree, largeTree] = [parseTree(small), parseTree(large)];
		const smallMs = fastest(() => readPrompt(smallTree, small));
		const largeMs = fastest(() => readPrompt(largeTree, large));
		assert.ok(largeMs < smallMs * 8 * 4, `8 times the text took ${(largeMs / smallMs).toFixed(1)} times as long`);
	});
});

function fastest(work: () => unknown): number {
	const times = Array.from({ length: 7 }, () => {
		const start = performance.now();
		work();
		return performance.now() - start;
	});
	return Math.min(...times);
}
