import { readFileSync } from 'node:fs';
import { remark } from 'remark';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import { globSync } from 'tinyglobby';
import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { remarkVerifyLint } from '../../src/prompt/remark-verify-lint.ts';
import { describe } from '../helpers/suite.ts';

const processor = remark().use(remarkFrontmatter).use(remarkGfm).use(remarkVerifyLint);

describe('remarkVerifyLint()', ({ test }) => {
	test('reports problems as messages with place, rule and note', async () => {
		const file = await processor.process('# T\n\n### Step 1: x\n**Command**: `[…]`\n');
		assert.equal(
			file.messages.map(({ line, column, ruleId, source, fatal, reason, note }) => ({
				line,
				column,
				ruleId,
				source,
				fatal,
				reason,
				note,
			})),
			[
				{
					line: 4,
					column: 15,
					ruleId: 'placeholder-command',
					source: 'tenfold',
					fatal: true,
					reason: 'The command is a placeholder: […]',
					note: 'Write the command that proves the step',
				},
			],
		);
		assert.is(String(file.messages[0]), '4:15-4:18: The command is a placeholder: […]');
	});

	test('leaves warnings that stop nothing', async () => {
		const file = await processor.process('### Step 1: x\n**Command**: `true`\n');
		assert.equal(
			file.messages.map(({ ruleId, fatal }) => [ruleId, fatal]),
			[['no-expectation', false]],
		);
	});

	for (const path of globSync('test/fixtures/prompts/*/*.md').sort()) {
		test(`reports what parsePrompt() finds in ${path.replace(/^.*prompts\//, '')}`, async () => {
			const text = readFileSync(path, 'utf8');
			const prompt = parsePrompt(text);
			const problems = [...prompt.problems, ...prompt.steps.flatMap((step) => step.problems)];
			const { messages } = await processor.process(text);
			const shown = messages.map(({ line, column, ruleId, reason }) => `${line}:${column} ${ruleId} ${reason}`);
			const expected = problems.map(
				({ span, ruleId, message }) => `${span.start.line}:${span.start.column} ${ruleId} ${message}`,
			);
			assert.equal(shown.sort(), expected.sort());
		});
	}

	test('gives places that count a byte order mark', async () => {
		const file = await processor.process('\uFEFF### Step 1: x\n');
		assert.equal(file.messages[0]?.column, 2);
	});
});
