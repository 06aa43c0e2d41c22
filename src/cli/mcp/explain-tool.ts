import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../core/errors.ts';
import type { PromptResult, StepResult } from '../../core/events.ts';
import { formatExplanation } from '../../report/format-explanation.ts';
import { createHost, type Host } from '../create-host.ts';
import { explainStep } from '../explain-step.ts';
import { loadConfig } from '../load-config.ts';
import { toPlanSettings } from '../plan-document.ts';
import { readRunRecord, type StoredRun } from '../read-run-record.ts';
import { troubledSteps } from '../tell-prompt.ts';
import { adviceFor } from './advice.ts';
import { captureIo } from './captured-io.ts';
import { text } from './shapes.ts';
import { defineTool } from './tool.ts';

/** Lines of output shown to a model; the report has all. */
const SHOWN_LINES = 40;
const MOST_OTHERS = 20;

const place = v.object({ file: v.string(), step: v.number(), outcome: v.string(), reason: v.nullable(v.string()) });

const output = v.object({
	run: v.string(),
	verdict: v.nullable(v.string()),
	step: v.nullable(
		v.object({
			file: v.string(),
			number: v.number(),
			name: v.string(),
			line: v.number(),
			command: v.string(),
			outcome: v.string(),
			reason: v.nullable(v.string()),
			detail: v.nullable(v.string()),
			exitCode: v.nullable(v.number()),
			signal: v.nullable(v.string()),
			evidence: v.nullable(v.string()),
			expected: v.nullable(v.string()),
			actual: v.nullable(v.string()),
			output: v.pipe(v.string(), v.description('The end of what it printed')),
			advice: v.string(),
		}),
	),
	others: v.pipe(v.array(place), v.description('Other steps of the run that did not pass')),
});

/** `verify_explain`: what failed in a step of a run, and what to do next. */
export const explainTool = defineTool({
	name: 'verify_explain',
	title: 'Explain why a step did not pass',
	description:
		'Explains a step of a run: what ran, what was expected, what came, the end of its output, and what to do next. Without arguments: the first step of the newest run that did not pass. Runs nothing.',
	input: v.strictObject({
		run: v.optional(
			v.pipe(
				v.string(),
				v.regex(/^[0-9a-f-]{4,36}$/),
				v.description('Id of a run, or its beginning; default: the newest'),
			),
		),
		file: v.optional(text('The prompt; default: the first with trouble')),
		step: v.optional(
			v.pipe(
				v.number(),
				v.integer(),
				v.minValue(1),
				v.description('Number of the step; default: the first with trouble'),
			),
		),
	}),
	output,
	isReadOnly: true,
	async call({ run, file, step }, context) {
		const config = await loadConfig({}, captureIo(context.io).io);
		const host = createHost();
		const stored = await readRunRecord(run ?? null, config.reports, host);
		const { record } = stored;
		const prompts = record.prompts.filter((prompt) => file === undefined || prompt.file === file);
		const troubled = prompts.flatMap(troubledSteps);
		const asked = step === undefined ? troubled[0] : prompts.flatMap(({ steps }) => steps).find(isStep(step, troubled));
		if (asked === undefined && (step !== undefined || prompts.length === 0))
			throw toMissing(record.run, { file, step });
		const others = record.prompts.flatMap(troubledSteps).filter((other) => other !== asked);
		const prompt = record.prompts.find(({ steps }) => asked !== undefined && steps.includes(asked));
		const block =
			asked === undefined || prompt === undefined ? [] : await tellStep({ stored, prompt, step: asked }, config, host);
		const told = [
			...block,
			...(asked === undefined ? [`run ${record.run}: every step passed`] : explain(asked)),
			...others.slice(0, MOST_OTHERS).map(({ file: at, number, outcome }) => `also ${outcome}: ${at} step ${number}`),
			...(others.length > MOST_OTHERS ? [`... ${others.length - MOST_OTHERS} more`] : []),
		].join('\n');
		return {
			text: told,
			structured: {
				run: record.run,
				verdict: record.verdict,
				step: asked === undefined ? null : toStructured(asked),
				others: others.slice(0, MOST_OTHERS).map((other) => ({
					file: other.file,
					step: other.number,
					outcome: other.outcome,
					reason: other.reason,
				})),
			},
		};
	},
});

/** As `verify explain` writes it, wider: a model has no screen. */
async function tellStep(
	{ stored, prompt, step }: { readonly stored: StoredRun; readonly prompt: PromptResult; readonly step: StepResult },
	config: Config,
	host: Host,
): Promise<readonly string[]> {
	const { executor, run } = stored.record;
	// Not by the link to the newest run, which soon leads elsewhere.
	const folder = join(dirname(dirname(stored.path)), run);
	const digest = prompt.digests?.steps[prompt.steps.indexOf(step)] ?? null;
	const found = { stored, folder, prompt, step, digest };
	const lines = formatExplanation(await explainStep(found, toPlanSettings(config, null), host), {
		executor: executor.url ?? executor.kind,
		stepCount: prompt.steps.at(-1)?.number ?? 0,
		reportFolder: folder,
		columns: 160,
	});
	// To accept what a step prints is for a person to decide.
	return lines.filter((line) => !/^ +(?:next +)?verify accept /.test(line));
}

/** Of several prompts with a step of this number, the one with trouble. */
const isStep = (number: number, troubled: readonly StepResult[]) => {
	const first = troubled.find((step) => step.number === number);
	return (step: StepResult): boolean => (first === undefined ? step.number === number : step === first);
};

const toMissing = (
	run: string,
	asked: { readonly file: string | undefined; readonly step: number | undefined },
): AppError =>
	new AppError(
		'NOTHING_SELECTED',
		`Cannot explain ${asked.file ?? 'any prompt'}${asked.step === undefined ? '' : ` step ${asked.step}`}: run ${run} has no such step`,
		{
			advice: 'Call verify_explain with the run alone; it names what did not pass',
		},
	);

function explain(step: StepResult): string[] {
	if (step.outcome === 'passed') return [`${step.file} step ${step.number} passed`];
	const printed = outputOf(step);
	return [
		...(printed === '' ? [] : ['', 'the end of what it printed:', ...printed.split('\n').map((line) => `  | ${line}`)]),
		'',
		`what to do: ${adviceFor(step)}`,
	];
}

function outputOf({ attempts }: StepResult): string {
	const output = attempts.at(-1)?.output;
	return (output?.tail || output?.head || '').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
}

function toStructured(step: StepResult) {
	const attempt = step.attempts.at(-1);
	const first = attempt?.mismatch?.firstDifference ?? null;
	return {
		file: step.file,
		number: step.number,
		name: step.name,
		line: step.line,
		command: step.command,
		outcome: step.outcome,
		reason: step.reason,
		detail: step.detail ?? attempt?.detail ?? null,
		exitCode: attempt?.exitCode ?? null,
		signal: attempt?.signal ?? null,
		evidence: attempt?.evidence ?? null,
		expected: first?.expected ?? attempt?.mismatch?.matcher ?? null,
		actual: first?.actual ?? attempt?.mismatch?.message ?? null,
		output: outputOf(step),
		advice: adviceFor(step),
	};
}
