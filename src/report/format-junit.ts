import { escapeControl } from '../core/escape-control.ts';
import type { Attempt, PromptResult, StepResult } from '../core/events.ts';
import type { RunRecord } from './run-record.ts';

type Kind = 'failure' | 'error' | 'skipped' | 'passed';

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
 */
export function formatJUnit(record: RunRecord): string {
	const suites = record.prompts.map((prompt) => formatSuite(prompt, record));
	const all = record.prompts.flatMap((prompt) => prompt.steps);
	const time = (record.totals?.durationMs ?? 0) / 1000;
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites name="verify" ${formatTotals(all)} time="${time.toFixed(3)}">`,
		...suites,
		'</testsuites>',
		'',
	].join('\n');
}

function formatSuite(prompt: PromptResult, record: RunRecord): string {
	const properties = {
		run: record.run,
		executor: record.executor.url ?? record.executor.kind,
		success: prompt.counts.after?.success,
		failure: prompt.counts.after?.failure,
		stage: prompt.counts.stage,
	};
	const time = (prompt.durationMs / 1000).toFixed(3);
	return [
		`<testsuite name="${attribute(prompt.file)}" ${formatTotals(prompt.steps)} time="${time}" timestamp="${attribute(record.startedAt.slice(0, 19))}">`,
		formatProperties(properties),
		...prompt.steps.map(formatCase),
		'</testsuite>',
	].join('\n');
}

function formatTotals(steps: readonly StepResult[]): string {
	const count = (kind: Kind): number => steps.filter((step) => KINDS[step.outcome] === kind).length;
	return `tests="${steps.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

function formatCase(step: StepResult): string {
	const last = step.attempts.at(-1);
	const name = `${step.number} ${step.name}`;
	const time = (step.durationMs / 1000).toFixed(3);
	const children = [
		formatProperties({ evidence: last?.evidence, checked: step.checkedBy, marker: last?.marker }),
		formatOutcome(step, last),
		last === undefined || last.output.head === '' ? '' : `<system-out>${text(excerptOf(last))}</system-out>`,
	].filter((child) => child !== '');
	return [
		`<testcase name="${attribute(name)}" classname="${attribute(step.file)}" file="${attribute(step.file)}" line="${step.line}" time="${time}">`,
		...children,
		'</testcase>',
	].join('\n');
}

function formatOutcome(step: StepResult, last: Attempt | undefined): string {
	const kind = KINDS[step.outcome];
	if (kind === 'passed') return '';
	const message = attribute(messageOf(step, last));
	if (kind === 'skipped') return `<skipped message="${message}"/>`;
	const type = attribute(`${step.outcome}${step.reason === null ? '' : `.${step.reason}`}`);
	return `<${kind} message="${message}" type="${type}">${text(`${step.file}:${step.line}\n${messageOf(step, last)}`)}</${kind}>`;
}

function messageOf(step: StepResult, last: Attempt | undefined): string {
	return last?.mismatch?.message ?? last?.detail ?? step.detail ?? interruptionOf(last) ?? step.reason ?? step.outcome;
}

function interruptionOf(last: Attempt | undefined): string | null {
	const cause = last?.interruption ?? null;
	if (cause === null) return null;
	if (cause.kind === 'error-pattern') return `Printed "${cause.pattern}": ${cause.line}`;
	return cause.kind === 'interrupted' ? 'Interrupted' : `Cancelled: ${cause.kind} of ${cause.limitMs} ms`;
}

const excerptOf = ({ output }: Attempt): string =>
	output.tail === '' ? output.head : `${output.head}\n... ${output.bytes} bytes in all ...\n${output.tail}`;

function formatProperties(properties: Readonly<Record<string, string | number | null | undefined>>): string {
	const rows = Object.entries(properties).flatMap(([name, value]) =>
		value === null || value === undefined ? [] : [`<property name="${name}" value="${attribute(String(value))}"/>`],
	);
	return rows.length === 0 ? '' : `<properties>${rows.join('')}</properties>`;
}

const attribute = (value: string): string => text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');

/** Escaped for XML 1.0: control characters it forbids are shown as visible escapes, lone surrogates as U+FFFD. §2.2 */
const text = (value: string): string =>
	escapeControl(value)
		.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;');
