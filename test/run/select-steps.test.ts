import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { StepResult } from '../../src/core/events.ts';
import type { Outcome } from '../../src/core/outcomes.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import { type PlannedPrompt, planPrompt } from '../../src/run/plan-prompt.ts';
import {
	createFailedFilter,
	createFileFilter,
	createGrepFilter,
	createStepFilter,
	createTagFilter,
} from '../../src/run/select-filters.ts';
import { explainEmpty, type StepFilter, selectSteps } from '../../src/run/select-steps.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const settings = {
	timeoutMs: 1000,
	stallMs: 0,
	errorPatterns: [],
	retries: 0,
	count: 'step',
	stop: 'never',
	shell: 'sh',
	write: true,
	init: false,
	steps: null,
	platform: 'linux',
} as const;

function plan(file: string, steps: readonly (readonly [name: string, ...lines: string[]])[], tags = ''): PlannedPrompt {
	const source = [
		...(tags === '' ? [] : ['---', 'verify:', `  tags: ${tags}`, '---']),
		`# About ${file}`,
		...steps.flatMap(([name, ...lines], index) => [
			'',
			`### Step ${index + 1}: ${name}`,
			'**Command**: `true`',
			...lines,
		]),
	].join('\n');
	return planPrompt({ file, source, prompt: parsePrompt(source) }, settings);
}

const chosen = (prompts: readonly PlannedPrompt[], ...filters: StepFilter[]): readonly string[] =>
	selectSteps(prompts, filters).flatMap(({ file, steps }) => steps.map(({ ref }) => `${file}:${ref.number}`));

const prompts = [
	plan('a.md', [['Build'], ['Test', '**Tags**: slow, net'], ['Pack', '**Tags**: `slow`']]),
	plan('b.md', [['Lint'], ['Build again']], '[Fast]'),
];

describe('selectSteps()', ({ test }) => {
	test('selects by number and by name', () => {
		const pick = (numbers: number[], names: string[]) => createStepFilter({ numbers: new Set(numbers), names }, '');
		assert.equal(chosen(prompts, pick([1], [])), ['a.md:1', 'b.md:1']);
		assert.equal(chosen(prompts, pick([2], ['BUILD'])), ['a.md:1', 'a.md:2', 'b.md:2']);
	});
	test('selects by words in names of steps, of prompts and in titles', () => {
		assert.equal(chosen(prompts, createGrepFilter(['build'], '')), ['a.md:1', 'b.md:2']);
		assert.equal(chosen(prompts, createGrepFilter(['b.md'], '')), ['b.md:1', 'b.md:2']);
		assert.equal(chosen(prompts, createGrepFilter(['/^(Lint|Pack)$/'], '')), ['a.md:3', 'b.md:1']);
		assert.equal(chosen(prompts, createGrepFilter(['/^lint/', 'TEST'], '')), ['a.md:2']);
		assert.throws(() => createGrepFilter(['/(/'], ''), SyntaxError);
	});
	test('selects by tags of step and front matter, in any case', () => {
		assert.equal(chosen(prompts, createTagFilter(['net', 'FAST'], '')), ['a.md:2', 'b.md:1', 'b.md:2']);
		assert.equal(chosen(prompts, createTagFilter(['!slow'], '')), ['a.md:1', 'b.md:1', 'b.md:2']);
		assert.equal(chosen(prompts, createTagFilter(['slow', '!net'], '')), ['a.md:3']);
	});
	test('combines filters: a step meets all of them', () => {
		check(
			fc.property(fc.array(fc.constantFrom(...FILTERS), { maxLength: 4 }), (filters) => {
				const all = prompts.flatMap((prompt) => prompt.steps.map((step) => ({ prompt, step })));
				const wanted = all
					.filter(({ prompt, step }) => filters.every((filter) => filter.selects(step, prompt)))
					.map(({ prompt, step }) => `${prompt.file}:${step.ref.number}`);
				assert.equal(chosen(prompts, ...filters), wanted);
			}),
		);
	});
	test('says how much it left out', () => {
		const [first, second] = selectSteps(prompts, [createGrepFilter(['build'], '')]);
		assert.equal([first?.unselected, second?.unselected], [2, 1]);
		assert.is(selectSteps(prompts, [])[0]?.unselected, 0);
	});
	test('keeps what runs in the background before a selected step', () => {
		const served = plan('c.md', [['Serve', '**Background**: yes'], ['One'], ['Two'], ['Late', '**Background**: yes']]);
		const pick = (number: number) => createStepFilter({ numbers: new Set([number]), names: [] }, '');
		assert.equal(chosen([served], pick(3)), ['c.md:1', 'c.md:3']);
		assert.equal(chosen([served], pick(1)), ['c.md:1']);
		assert.equal(chosen([served], pick(9)), []);
	});
});

const FILTERS = [
	createGrepFilter(['build', 'test'], 'grep'),
	createTagFilter(['slow'], 'tag'),
	createTagFilter(['!net'], 'no tag'),
	createStepFilter({ numbers: new Set([1, 2]), names: ['pack'] }, 'step'),
	createFileFilter(new Set(['a.md']), 'changed'),
];

describe('createFailedFilter()', ({ test }) => {
	const result = (number: number, name: string, outcome: Outcome): StepResult =>
		({ file: 'a.md', number, name, outcome }) as StepResult;
	test('takes the newest result of each step, and none from a skip', () => {
		const results = [
			result(1, 'Build', 'passed'),
			result(2, 'Test', 'skipped'),
			result(1, 'Build', 'failed'),
			result(2, 'Test', 'flaky'),
			result(3, 'Pack', 'passed'),
		];
		assert.equal(chosen(prompts, createFailedFilter(results, '--failed')), ['a.md:2']);
	});
	test('finds a step that moved by its name', () => {
		assert.equal(chosen(prompts, createFailedFilter([result(7, 'Pack', 'unproven')], '--failed')), ['a.md:3']);
	});
});

describe('explainEmpty()', ({ test }) => {
	test('offers the closest name', () => {
		const explained = explainEmpty(prompts, [createTagFilter(['slwo'], '--tag slwo')]);
		assert.is(explained.message, 'Cannot run: none of the 5 steps of 2 prompts meets --tag slwo');
		assert.is(explained.advice, '--tag slwo selects nothing, did you mean slow?');
	});
	test('lists what there is when nothing is close', () => {
		const { advice } = explainEmpty(prompts, [createTagFilter(['zzzzzz'], '--tag zzzzzz')]);
		assert.is(advice, '--tag zzzzzz selects nothing, there are: slow, net, fast');
	});
	test('lists steps with their numbers', () => {
		const filter = createStepFilter({ numbers: new Set([9]), names: [] }, '--step 9');
		const { advice } = explainEmpty(prompts.slice(0, 1), [filter]);
		assert.is(advice, '--step 9 selects nothing, there are: 1 Build, 2 Test, 3 Pack');
	});
	test('says what each selects alone when only together they leave nothing', () => {
		const filters = [createTagFilter(['net'], '--tag net'), createGrepFilter(['lint'], '--grep lint')];
		const { advice } = explainEmpty(prompts, filters);
		assert.is(advice, 'Together they leave nothing: --tag net alone selects 1, --grep lint alone selects 1');
	});
});
