import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { compileExpectation } from '../../src/expect/compile-expectation.ts';
import type { Expectation } from '../../src/expect/expectation.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const ITEMS = [
	'`a`',
	'prints "b"',
	'contains `c` and "d"',
	'Output: `e`',
	'"f"',
	'exit code 2',
	'no output on stderr',
	'shows `g` or nothing',
	'must not contain `h`',
	'a nice report',
	'**Exit Code:** 2',
];
/** Ways to write a list of what is expected. */
const LISTS: readonly ((items: readonly string[]) => string)[] = [
	(items) => `Expected:\n${items.map((item) => `- ${item}`).join('\n')}`,
	(items) => `**Expected Output:**\n\n${items.map((item, index) => `${index + 1}. ${item}`).join('\n')}`,
	(items) => `#### Expected\n\n${items.map((item) => `* ${item}`).join('\n\n')}`,
	(items) => `- **Expected**:\n${items.map((item) => `  - ${item}`).join('\n')}`,
];

function compile(list: string): Expectation {
	const [step] = parsePrompt(`### Step 1: One\n**Command**: \`x\`\n\n${list}\n`).steps;
	assert.ok(step);
	return compileExpectation(step.expectation);
}

const labels = ({ matchers }: Expectation): readonly string[] =>
	matchers.map(({ label, stream }) => `${label} ${stream}`);

describe('compileExpectation() on a list', ({ test }) => {
	test('demands of all items what it demands of each alone', () => {
		const items = fc.array(fc.constantFrom(...ITEMS), { minLength: 1, maxLength: 6 });
		check(
			fc.property(items, fc.constantFrom(...LISTS), (some, write) => {
				const whole = compile(write(some));
				const each = some.map((item) => compile(write([item])));
				assert.equal(labels(whole), each.flatMap(labels));
				assert.equal(whole.exitCodes, each.some(({ exitCodes }) => exitCodes.includes(2)) ? [2] : [0]);
			}),
		);
	});

	for (const [intro, item] of [
		['must not contain:', '`x`'],
		['either:', '`x`'],
		['one or more of:', 'prints "x"'],
	] as const) {
		test(`demands nothing of items below "${intro}"`, () => {
			assert.equal(labels(compile(`Expected: ${intro}\n\n- ${item}\n- ${item}`)), []);
			assert.equal(labels(compile(`Expected:\n- ${intro}\n  - ${item}\n  - ${item}`)), []);
			assert.equal(labels(compile(`#### Expected\n\n${intro}\n\n- ${item}\n- ${item}`)), []);
		});
	}
});
