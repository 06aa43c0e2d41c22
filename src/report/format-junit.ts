import type { Attempt, PromptResult, StepResult } from '../core/events.ts';
import { cleanText } from './ci/clean-text.ts';
import { describeStep, excerptOf } from './describe-step.ts';
import type { RunRecord } from './run-record.ts';

/** How JUnit XML is written. */
export interface JUnitOptions {
	/**
	 * True: cases carry `file` and `line`, which GitLab and several viewers read and which the schema of Jenkins' xUnit plugin forbids.
	 * Default false: the document is valid under that schema.
	 */
	readonly hasPlaces?: boolean;
	/** Turns a path of the record into one from the root of the repository, for `file`; default: as it is. */
	readonly toRepositoryPath?: (file: string) => string;
}

type Kind = 'failure' | 'error' | 'skipped' | 'passed';

/** What nearly all texts are: printable ASCII that means nothing to XML, neither in text nor in an attribute. */
const PLAIN = /^[ !#-%'-;=?-~]*$/;

/** `failure`: the prompt's fault. `error`: no verdict. */
const KINDS: Readonly<Record<StepResult['outcome'], Kind>> = {
	passed: 'passed',
	failed: 'failure',
	flaky: 'failure',
	unproven: 'error',
	infra: 'error',
	refused: 'error',
	aborted: 'skipped',
	skipped: 'skipped',
};

/**
 * Writes a run as JUnit XML: a suite for each prompt, a case for each step. A projection for CI servers; `run.json` is the record.
 *
 * @returns A whole document that every XML 1.0 parser accepts, whatever the steps printed.
 * @see https://github.com/jenkinsci/xunit-plugin, junit-10.xsd
 */
export function formatJUnit(record: RunRecord, options: JUnitOptions = {}): string {
	const suites = record.prompts.map((prompt) => formatSuite(prompt, record, options));
	const all = record.prompts.flatMap((prompt) => prompt.steps);
	const time = ((record.totals?.durationMs ?? 0) / 1000).toFixed(3);
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites name="verify" ${formatTotals(all)} time="${time}">`,
		...suites,
		'</testsuites>',
		'',
	].join('\n');
}

function formatSuite(prompt: PromptResult, record: RunRecord, options: JUnitOptions): string {
	const { file, steps, counts, durationMs } = prompt;
	const attributes = {
		name: file,
		file: options.toRepositoryPath?.(file) ?? file,
		timestamp: record.startedAt.slice(0, 19),
		time: (durationMs / 1000).toFixed(3),
	};
	const properties = [
		formatProperty('run', record.run),
		formatProperty('executor', record.executor.url ?? record.executor.kind),
		formatProperty('success', counts.after?.success),
		formatProperty('failure', counts.after?.failure),
		formatProperty('stage', counts.stage),
		...steps.map(formatStepProperties),
	];
	return [
		`<testsuite ${formatAttributes(attributes)} ${formatTotals(steps)} skipped="${countKind(steps, 'skipped')}">`,
		`<properties>${properties.join('')}</properties>`,
		...steps.map((step) => formatCase(step, options)),
		'</testsuite>',
	].join('\n');
}

/** The schema has no place for them at the case. */
function formatStepProperties({ number, checkedBy, attempts }: StepResult): string {
	const last = attempts.at(-1);
	if (last === undefined) return '';
	return (
		formatProperty(`step.${number}.evidence`, last.evidence) +
		formatProperty(`step.${number}.checked`, checkedBy) +
		formatProperty(`step.${number}.marker`, last.marker)
	);
}

const countKind = (steps: readonly StepResult[], kind: Kind): number =>
	steps.filter((step) => KINDS[step.outcome] === kind).length;

const formatTotals = (steps: readonly StepResult[]): string =>
	`tests="${steps.length}" failures="${countKind(steps, 'failure')}" errors="${countKind(steps, 'error')}"`;

function formatCase(step: StepResult, { hasPlaces = false, toRepositoryPath }: JUnitOptions): string {
	const last = step.attempts.at(-1);
	const name = `name="${attribute(`${step.number} ${step.name}`)}" classname="${attribute(step.file)}"`;
	const place = hasPlaces ? ` file="${attribute(toRepositoryPath?.(step.file) ?? step.file)}" line="${step.line}"` : '';
	const time = (step.durationMs / 1000).toFixed(3);
	const children = [
		formatOutcome(step),
		...step.attempts.slice(0, -1).map((attempt) => formatRerun(step, attempt)),
		last === undefined || last.output.head === '' ? '' : `<system-out>${text(excerptOf(last))}</system-out>`,
	].filter((child) => child !== '');
	return [`<testcase ${name}${place} time="${time}">`, ...children, '</testcase>'].join('\n');
}

function formatOutcome(step: StepResult): string {
	const kind = KINDS[step.outcome];
	if (kind === 'passed') return '';
	const message = describeStep(step);
	if (kind === 'skipped') return `<skipped ${formatAttributes({ message })}/>`;
	const type = `${step.outcome}${step.reason === null ? '' : `.${step.reason}`}`;
	return `<${kind} ${formatAttributes({ message, type })}>${text(`${step.file}:${step.line}\n${message}`)}</${kind}>`;
}

/** An attempt before the deciding one. */
function formatRerun(step: StepResult, attempt: Attempt): string {
	const kind = KINDS[attempt.outcome] === 'failure' ? 'rerunFailure' : 'rerunError';
	const message = describeStep({ ...step, outcome: attempt.outcome, reason: attempt.reason, attempts: [attempt] });
	const type = `${attempt.outcome}${attempt.reason === null ? '' : `.${attempt.reason}`}`;
	const output = attempt.output.head === '' ? '' : `<system-out>${text(excerptOf(attempt))}</system-out>`;
	return `<${kind} ${formatAttributes({ message, type })}>${output}</${kind}>`;
}

const formatAttributes = (attributes: Readonly<Record<string, string>>): string =>
	Object.entries(attributes)
		.map(([name, value]) => `${name}="${attribute(value)}"`)
		.join(' ');

const formatProperty = (name: string, value: string | number | null | undefined): string =>
	value === null || value === undefined ? '' : `<property name="${name}" value="${attribute(String(value))}"/>`;

// A parser makes a blank of each line feed and tab in an attribute, unless it is written as a reference. XML 1.0 §3.3.3
const attribute = (value: string): string =>
	PLAIN.test(value) ? value : text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');

const text = (value: string): string =>
	PLAIN.test(value) ? value : cleanText(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
