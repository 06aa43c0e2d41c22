import fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { Span } from '../../src/core/places.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import type { Field, Prompt } from '../../src/prompt/prompt.ts';
import { describe } from '../helpers/suite.ts';

/** What prompts are made of, and what breaks them, so that random texts come close to real ones. */
const SCRAPS = [
	'# Title',
	'## 📊 TASK METRICS & HISTORY',
	'## TASK LIST METRICS',
	'### Step 1: One',
	'#### **Task 2: Two**',
	'## Recovery',
	'### Test 1: x',
	'### Implementation',
	'### Evolution History',
	'- **Success/Failure Ratio**: 4:1 (Requires 10:1 to graduate)',
	'- **Success**: 4',
	'- **Failure**: [X]',
	'- **Status**: Not Started',
	'- **Last Updated**: 2025-01-01 10:00',
	'- **Evolution History**:',
	'  | Version | Change | Result |\n  | --- | --- | --- |\n  | v1 | a \\| b | c |',
	'| Metric | Value |\n| --- | --- |\n| **Success** | 3 |\n| **Failure** |',
	'*   **Verification Command:** `echo "a"`',
	'**Command**: `` ` ``',
	'**Expected**: `a` and',
	'**Expected**:',
	'Timeout: 30s',
	'**Env:** `A=1`',
	'- [ ] **Step 3:** text',
	'- [x] **T01 – name**  \n  Verification: `make`',
	'```bash',
	'```',
	'````text',
	'   ```sh\n   $ echo 1\n   1\n   ```',
	'~~~',
	'<!--',
	'-->',
	'> quoted',
	'---',
	'---\nverify:\n  timeout: 1\n---',
	'verify: &a [*a]',
	'**--- EXECUTION LOG (Step 1) ---**',
	'text',
	'\ttab',
	'    indented',
	'&amp;&#10;&lt;',
	'**bold',
	'[a]: b',
	'![x](y)',
	'',
];

const scrap = fc.oneof(
	{ weight: 8, arbitrary: fc.constantFrom(...SCRAPS) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
	{
		weight: 1,
		arbitrary: fc.string({ unit: fc.constantFrom(...'*_`~:|[]()<>#-\\ \t\r\n:1a\u0000\uFEFF\uFFFD'), maxLength: 30 }),
	},
);
const document = fc
	.tuple(
		fc.constantFrom('', '\uFEFF'),
		fc.array(fc.tuple(scrap, fc.constantFrom('\n', '\n\n', '\r\n', '\r\n\r\n', '\r', ' ', '')), { maxLength: 25 }),
	)
	.map(([mark, parts]) => mark + parts.flat().join(''));

describe('parsePrompt()', ({ test }) => {
	test('never throws, and all its places lie within the text', () => {
		fc.assert(
			fc.property(document, (source) => {
				const prompt = parsePrompt(source);
				for (const span of allSpans(prompt)) checkSpan(span, source);
				for (const field of fieldsOf(prompt)) {
					assert.is(source.slice(field.span.start.offset, field.span.end.offset), field.text);
				}
				prompt.steps.forEach((step, index) => {
					assert.is(step.number, index + 1);
					assert.ok(step.name !== '' && step.label !== '');
					assert.is(step.line, step.span.start.line);
					assert.ok(step.commands.length > 0 || step.problems.length > 0, 'a step without command says why');
				});
			}),
			{ numRuns: 1500 },
		);
	});

	test('finds nothing in text that stands in one block or comment', () => {
		const inside = fc
			.array(fc.constantFrom(...SCRAPS.filter((part) => !/[`~]{3}|-->|<!--/.test(part))), { maxLength: 12 })
			.map((parts) => parts.join('\n'));
		fc.assert(
			fc.property(inside, fc.constantFrom(['~~~~markdown', '~~~~'], ['<!--', '-->']), (text, [open, close]) => {
				const prompt = parsePrompt(`# T\n\n${open}\n${text}\n${close}\n`);
				assert.is(prompt.metrics, null);
				assert.equal(prompt.steps, []);
				assert.equal(prompt.evolution, []);
				assert.equal(prompt.implementation, []);
			}),
			{ numRuns: 500 },
		);
	});

	test('stands deep nesting', () => {
		for (const text of [
			`${'- '.repeat(600)}**Run**: \`a\``,
			`${'>'.repeat(2000)} a`,
			`${'**a'.repeat(6000)}${'**'.repeat(6000)}`,
		]) {
			parsePrompt(`# T\n\n## TASK METRICS\n${text}\n\n### Step 1: x\n${text}\n`);
		}
	});

	test('stands values made to be slow', () => {
		const blanks = ' '.repeat(20_000);
		const source = [
			'## TASK METRICS',
			`- **Success/Failure Ratio**: 1:1${blanks}(${'('.repeat(5000)}`,
			`- **Last Updated**: ${blanks}x${blanks}y`,
			`- **Status**: ${'✅ '.repeat(5000)}x`,
			'### Step 1: x',
			`**${'Timeout'.repeat(3000)}**: 1`,
			`**Timeout**: \`${blanks}(x${blanks}\``,
			`**Env**: \`${'A=1 '.repeat(5000)}B\``,
			`**Run**: \`grep "[a${' b'.repeat(5000)}"\``,
		].join('\n');
		const start = performance.now();
		parsePrompt(source);
		assert.ok(performance.now() - start < 5000);
	});
});

function checkSpan({ start, end }: Span, source: string): void {
	assert.ok(
		0 <= start.offset && start.offset <= end.offset && end.offset <= source.length,
		`${start.offset}-${end.offset}`,
	);
	const lineEnd = source.includes('\n') ? '\n' : '\r';
	for (const point of [start, end]) {
		const before = source.slice(0, point.offset).split(lineEnd);
		assert.is(point.line, before.length);
		assert.is(point.column, (before.at(-1) ?? '').length + 1);
	}
}

function fieldsOf({ metrics, integrationTest }: Prompt): readonly Field<unknown>[] {
	const fields = metrics && [
		metrics.successField,
		metrics.failureField,
		metrics.totalField,
		metrics.ratioField,
		metrics.remarkField,
		metrics.lastUpdatedField,
		metrics.statusField,
	];
	return [...(fields ?? []), integrationTest].filter((field) => field !== null);
}

/** Every value in the result that has the shape of a span. */
function allSpans(value: unknown): readonly Span[] {
	if (typeof value !== 'object' || value === null) return [];
	if ('start' in value && 'end' in value) return [value as Span];
	return Object.values(value).flatMap(allSpans);
}
