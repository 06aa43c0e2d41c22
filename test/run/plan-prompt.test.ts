import * as assert from 'uvu/assert';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { planPrompt } from '../../src/run/plan-prompt.ts';
import type { PlanSettings } from '../../src/run/settings.ts';
import { describe } from '../helpers/suite.ts';

const settings: PlanSettings = {
	timeoutMs: 300_000,
	stallMs: 120_000,
	errorPatterns: ['Traceback'],
	retries: 0,
	count: 'step',
	stop: 'first-failure',
	shell: 'sh',
	write: true,
	init: false,
	steps: null,
	platform: 'linux',
};
const plan = (source: string, changes: Partial<PlanSettings> = {}) =>
	planPrompt({ file: 'p.md', source, prompt: parsePrompt(source) }, { ...settings, ...changes });

describe('planPrompt()', ({ test }) => {
	test('lets a step win over front matter, and front matter over settings', () => {
		const { steps } = plan(
			'---\nverify:\n  timeout: 1m\n  retries: 2\n---\n### Step 1: A\n**Command**: `true`\n**Timeout**: 5s\n\n### Step 2: B\n**Command**: `true`\n',
		);
		assert.equal(
			steps.map(({ timeoutMs, retries, stallMs }) => [timeoutMs, retries, stallMs]),
			[
				[5000, 2, 120_000],
				[60_000, 2, 120_000],
			],
		);
	});
	test('selects steps by their position and keeps their numbers', () => {
		const source = ['A', 'B', 'C']
			.map((name, index) => `### Step ${index + 1}: ${name}\n**Command**: \`true\`\n`)
			.join('\n');
		assert.equal(
			plan(source, { steps: new Set([2, 9]) }).steps.map(({ ref }) => `${ref.number} ${ref.name}`),
			['2 B'],
		);
	});
	test('merges environments, the step over the prompt', () => {
		const { steps } = plan(
			'---\nverify:\n  env:\n    A: one\n    B: one\n---\n### Step 1: A\n**Command**: `true`\n**Env**: `B=two`\n',
		);
		assert.equal(steps[0]?.env, { A: 'one', B: 'two' });
	});
	test('takes the shell that a fence names', () => {
		const { steps } = plan('### Step 1: A\n```bash\ntrue\n```\n\n### Step 2: B\n```sh\ntrue\n```\n');
		assert.equal(
			steps.map(({ shell }) => shell),
			['bash', 'sh'],
		);
	});
	test('refuses a placeholder, prose and a bad error pattern, each with its reason', () => {
		const { steps } = plan(
			'### Step 1: A\n**Command**: `[Auto-Generated Command]`\n\n### Step 2: B\n**Command**: Look at it closely\n\n### Step 3: C\n**Command**: `true`\n',
			{ errorPatterns: ['/(/'] },
		);
		assert.equal(
			steps.map(({ refusal }) => refusal?.reason),
			['placeholder', 'prose', 'invalid'],
		);
	});
	test('gives problems in document order', () => {
		const lines = plan(
			'### Step 1: A\n**Command**: `true`\n**Timeout**: soon\n\n### Step 2: B\n**Command**: `[fill me in]`\n',
		).problems.map(({ span }) => span.start.line);
		assert.equal(
			lines,
			[...lines].sort((a, b) => a - b),
		);
		assert.ok(lines.length >= 2);
	});
});
