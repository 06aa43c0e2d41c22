import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import * as assert from 'uvu/assert';
import { LINT_RULES } from '../../src/prompt/lint-rules.ts';
import { describe } from '../helpers/suite.ts';

describe('LINT_RULES', ({ test }) => {
	const page = readFileSync('docs/lint.md', 'utf8');
	const [prompts = '', expectations = ''] = page.split('\n## Rules of expectations');
	const headings = (text: string): string[] => [...text.matchAll(/^### `([a-z-]+)`$/gm)].map((match) => match[1] ?? '');

	test('has a heading in docs/lint.md for each rule, in order of the names', () => {
		assert.equal(headings(prompts), Object.keys(LINT_RULES).sort());
	});

	test('has rules of its own, apart from those of expectations', () => {
		for (const rule of headings(expectations)) assert.not.ok(Object.hasOwn(LINT_RULES, rule), rule);
	});

	test('shows each rule in a rejected document', () => {
		const found = globSync('test/fixtures/prompts/reject/*.json').flatMap((file) =>
			[...readFileSync(file, 'utf8').matchAll(/(?:error|warning|info) ([a-z-]+):/g)].map((match) => match[1] ?? ''),
		);
		assert.equal([...new Set(found)].sort(), Object.keys(LINT_RULES).sort());
	});
});
