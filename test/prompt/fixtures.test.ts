import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { globSync } from 'tinyglobby';
import * as assert from 'uvu/assert';
import type { Diagnostic } from '../../src/core/places.ts';
import { parsePrompt } from '../../src/prompt/parse-prompt.ts';
import type { Metrics, Prompt, Step } from '../../src/prompt/prompt.ts';
import { describe } from '../helpers/suite.ts';

const FOLDER = 'test/fixtures/prompts';
const isUpdate = process.env.UPDATE === '1' && !process.env.CI;

describe('parsePrompt()', ({ test }) => {
	for (const file of globSync(`${FOLDER}/accept/*.md`).sort()) {
		test(`reads accept/${basename(file)}`, () => compare(file, toSummary(parse(file))));
	}
	for (const file of globSync(`${FOLDER}/reject/*.md`).sort()) {
		test(`finds what is wrong in reject/${basename(file)}`, () => {
			const problems = allProblems(parse(file));
			assert.ok(problems.length > 0, 'a rejected case has at least one problem');
			compare(file, problems.map(toProblem));
		});
	}
	test('has a document for each expectation', () => {
		for (const json of globSync(`${FOLDER}/*/*.json`)) assert.ok(existsSync(json.replace(/json$/, 'md')), json);
	});
});

const parse = (file: string): Prompt => parsePrompt(readFileSync(file, 'utf8'));

function compare(file: string, actual: unknown): void {
	const expectation = file.replace(/\.md$/, '.json');
	if (isUpdate) writeFileSync(expectation, `${JSON.stringify(actual, null, '\t')}\n`);
	assert.equal(JSON.parse(JSON.stringify(actual)), JSON.parse(readFileSync(expectation, 'utf8')));
}

/** All that callers see, places shortened to lines and columns. */
const toSummary = (prompt: Prompt): unknown => ({
	title: prompt.title,
	metrics: prompt.metrics && toMetrics(prompt.metrics),
	settings: prompt.settings,
	steps: prompt.steps.map(toStep),
	implementation: prompt.implementation.map(({ language, line, text }) => ({ language, line, text })),
	evolution: prompt.evolution,
	executionLogs: prompt.executionLogs,
	dependencies: prompt.dependencies,
	integrationTest: prompt.integrationTest?.value ?? null,
	problems: prompt.problems.map(toProblem),
});

const toMetrics = (metrics: Metrics): unknown => ({
	dialect: metrics.dialect,
	success: metrics.success,
	failure: metrics.failure,
	total: metrics.totalField?.value ?? null,
	ratio: metrics.ratioField?.value ?? null,
	ratioForm: metrics.ratioForm,
	ratioText: metrics.ratioText,
	remark: metrics.remarkField?.value ?? null,
	lastUpdated: metrics.lastUpdatedField?.value ?? null,
	status: metrics.statusField?.value ?? null,
	isGraduationClaimed: metrics.isGraduationClaimed,
	evolutionRows: metrics.evolutionRows,
	lines: `${metrics.span.start.line}-${metrics.span.end.line}`,
});

const toStep = (step: Step): unknown => ({
	number: step.number,
	label: step.label,
	name: step.name,
	kind: step.kind,
	lines: `${step.span.start.line}-${step.span.end.line}`,
	goal: step.goal,
	commands: step.commands.map(({ text, line, form, language }) => ({ text, line, form, language })),
	expectation: {
		...step.expectation,
		parts: step.expectation.parts.map(({ span, ...part }) => ({ ...part, line: span.start.line })),
	},
	directives: step.directives,
	problems: step.problems.map(toProblem),
});

const allProblems = (prompt: Prompt): readonly Diagnostic[] =>
	[...prompt.problems, ...prompt.steps.flatMap((step) => step.problems)].sort(
		(a, b) => a.span.start.offset - b.span.start.offset,
	);

const toProblem = ({ span, severity, ruleId, message, advice }: Diagnostic): string =>
	`${span.start.line}:${span.start.column} ${severity} ${ruleId}: ${message} → ${advice}`;
