import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const HEADINGS = [
	'## Step 1: Build',
	'### Step 2 Build',
	'#### **Step 3 — Build**',
	'### Task 4. Build',
	'### 5) Build',
	'## Check the build',
	'## Verification',
	'**Step 6: Build**',
	'**Step 7:** Build',
	'Some words',
	'---',
];
const LABELS = ['Command', 'Verification Command', 'Run', 'Run this command', 'Verify with', 'Execute', 'Cmd'];
const EXPECTED = ['Expected', 'Expected output', 'Should print', 'You should see', 'Success criteria'];
/** Ways to write a label with its value. */
const MARKS: readonly ((label: string, value: string) => string)[] = [
	(label, value) => `${label}: ${value}`,
	(label, value) => `**${label}:** ${value}`,
	(label, value) => `**${label}**: ${value}`,
	(label, value) => `🔧 **${label}:**  ${value}`,
];
/** Ways to lay out the lines of a step. */
const LAYOUTS: readonly ((lines: readonly string[]) => string)[] = [
	(lines) => lines.join('\n'),
	(lines) => lines.join('\n\n'),
	(lines) => lines.map((line) => `- ${line}`).join('\n'),
	(lines) => ['1. **Item**', ...lines.map((line) => `   - ${line}`)].join('\n'),
	(lines) => ['* Item', ...lines.map((line) => `  ${line}  `)].join('\n'),
	(lines) => ['- [ ] **Item**', ...lines.map((line) => `  ${line}`)].join('\n'),
	(lines) => lines.map((line) => line.replace(/`(.*)`$/, '\n```sh\n$1\n```')).join('\n'),
];

describe('parsePrompt()', ({ test }) => {
	const step = fc.record({
		heading: fc.constantFrom(...HEADINGS),
		label: fc.constantFrom(...LABELS),
		expected: fc.option(fc.constantFrom(...EXPECTED), { nil: null }),
		mark: fc.constantFrom(...MARKS),
		layout: fc.constantFrom(...LAYOUTS),
	});
	const lineEnd = fc.constantFrom('\n', '\r\n');

	test('runs each command that stands under its label, or says where it is not run', () => {
		check(
			fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), lineEnd, (steps, end) => {
				const parts = steps
					.map(({ heading, label, expected, mark, layout }, index) => {
						const lines = [mark(label, `\`echo ${index}\``)];
						if (expected !== null) lines.push(mark(expected, `\`${index}\``));
						return `${heading}\n\n${layout(lines)}\n`;
					})
					.join('\n');
				const text = `# Prompt\n\n${parts}`.replaceAll('\n', end);
				const { steps: read, problems } = parsePrompt(text);
				const commands = new Set(read.flatMap((one) => one.commands.map((command) => command.text.replace(/`/g, ''))));
				const told = problems.filter(({ ruleId }) => ruleId === 'stray-command').length;
				const lost = steps.filter((_, index) => !commands.has(`echo ${index}`)).length;
				if (lost !== told) throw new Error(`${lost} of ${steps.length} are not run, ${told} are told:\n${text}`);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('parsePrompt()', ({ test }) => {
	const commandsOf = (value: string): readonly string[] =>
		parsePrompt(`### Step 1: A\n\n**Verify:** ${value}\n`).steps.flatMap((step) =>
			step.commands.map((command) => command.text),
		);

	test('runs a command of one word before words only where they say how it ends', () => {
		for (const value of ['`pytest`', '`pytest` passes', '`pytest` → 3 passed', '`pytest` (must be green)'])
			assert.equal(commandsOf(value), ['pytest'], value);
		for (const value of ['`shutdown` is called once', '`reboot` hook of the app', '`is_read` updates to 1'])
			assert.equal(commandsOf(value), [], value);
	});

	const line = fc.record({
		label: fc.constantFrom(...LABELS),
		expected: fc.constantFrom(...EXPECTED),
		mark: fc.constantFrom(...MARKS.slice(0, 3)),
		between: fc.constantFrom(' ', ', ', '; ', ' — ', ' | ', ' → ', '. ', ' ('),
		value: fc.constantFrom('`two`', '`two` and `three`', 'exits with code 2', 'no output'),
		item: fc.constantFrom('', '- ', '1. '),
	});

	test('reads an expectation behind its command like one in a line of its own', () => {
		check(
			fc.property(line, ({ label, expected, mark, between, value, item }) => {
				const command = mark(label, '`echo one`');
				const end = between === ' (' ? ')' : '';
				const read = (text: string): unknown =>
					parsePrompt(`### Step 1: A\n\n${text}\n`).steps.map(({ commands, expectation }) => ({
						commands: commands.map((one) => one.text),
						parts: expectation.parts.map(({ kind, text: words }) => ({ kind, words })),
					}));
				const short = `${item}${command}${between}${mark(expected, value)}${end}`;
				assert.equal(read(short), read(`${item}${command}\n${item}${mark(expected, value)}`), short);
			}),
			{ numRuns: 300 },
		);
	});

	test('makes each item with a command and an expectation in one line a step', () => {
		const { steps, problems } = parsePrompt(
			'## Checks\n\n- Run: `a`, Expected: `1`\n- **Run**: `b` **Expected:** `2`\n- Run: `c d`\n',
		);
		assert.equal(
			steps.map(({ name }) => name),
			['a', 'b'],
		);
		assert.equal(
			problems.map(({ ruleId, span }) => `${span.start.line} ${ruleId}`),
			['5 stray-command'],
		);
	});

	test('takes what stands behind an arrow for what is expected', () => {
		const [step] = parsePrompt('### Step 1: A\n\n- **Command:** `rg x src` → `0 matches`\n').steps;
		assert.equal(
			step?.expectation.parts.map(({ text }) => text),
			['0 matches'],
		);
	});
});
