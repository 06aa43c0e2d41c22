import * as v from 'valibot';
import { AppError } from '../../core/errors.ts';
import type { PromptResult, Reporter } from '../../core/events.ts';
import { nextCommand } from '../../report/format-failure.ts';
import { formatSummary } from '../../report/format-prompt.ts';
import { createRunRecorder, type RunRecord } from '../../report/run-record.ts';
import { run } from '../commands/run.ts';
import { tellPrompt, troubledSteps } from '../tell-prompt.ts';
import { captureIo } from './captured-io.ts';
import { pathsInside } from './inside.ts';
import { createProgressReporter } from './progress.ts';
import { counts, prompts, text } from './shapes.ts';
import { defineTool } from './tool.ts';

/** More are in the report; a model reads the first failures, and mends those first. */
const MOST_BLOCKS = 3;
const MOST_LINES = 50;
const MOST_STEPS = 100;
const MOST_WARNINGS = 10;

const input = v.strictObject({
	prompts,
	steps: v.optional(text('Only these steps, such as "3" or "1-3" or "2,5"; default: all')),
	write: v.optional(
		v.pipe(v.boolean(), v.description('false: count nothing, write nothing into the prompts; default: as configured')),
	),
	timeout: v.optional(text('Cancel a step that runs longer, such as "30s" or "5m"')),
	stall: v.optional(text('Cancel a step that prints nothing for this long, such as "30s"; "0" never does')),
	retries: v.optional(
		v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100), v.description('Tries more for a failed step')),
	),
	jobs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024), v.description('Prompts at once'))),
});

const output = v.object({
	run: v.string(),
	verdict: v.pipe(v.string(), v.description('passed, failed, unproven, infra, tampered or interrupted')),
	exitCode: v.number(),
	prompts: v.array(
		v.object({ file: v.string(), outcome: v.string(), stage: v.nullable(v.string()), counts: v.nullable(counts) }),
	),
	troubled: v.pipe(
		v.array(
			v.object({
				file: v.string(),
				step: v.number(),
				name: v.string(),
				line: v.number(),
				outcome: v.string(),
				reason: v.nullable(v.string()),
				next: v.string(),
			}),
		),
		v.description('Steps that did not pass, at most 100'),
	),
	reports: v.nullable(v.string()),
	proof: v.pipe(v.nullable(v.string()), v.description('The line that verify confirm looks for')),
});

/** `verify_run`: runs prompts as `verify run` does. Its result carries the run's own proof. */
export const runTool = defineTool({
	name: 'verify_run',
	title: 'Run the verification steps of prompts',
	description:
		'Runs every verification step of markdown prompts, proves that they ran, and counts the results into the prompts. Returns the verdict, a block for each of the first failing steps, and the proof of the run. This is the only way to claim that a step passed.',
	input,
	output,
	isReadOnly: false,
	async call({ prompts: names, steps, ...options }, context) {
		const args = await pathsInside(names, context);
		const { io, err } = captureIo(context.io);
		const recorder = createRunRecorder();
		let reports: string | null = null;
		const listener: Reporter = {
			name: 'mcp',
			onEvent(event) {
				recorder.add(event);
				if (event.type === 'run-finished') reports = event.reportFolder;
			},
		};
		await run({
			args,
			options: {
				...options,
				...(steps === undefined ? {} : { step: steps }),
				ci: 'none',
				color: false,
				progress: false,
			},
			io,
			reporters: [listener, createProgressReporter(context.tellProgress)],
			signal: context.signal,
		});
		const record = recorder.read();
		if (record?.totals == null) throw toRefusal(err);
		return { text: formatRun(record, reports).join('\n'), structured: toStructured(record, reports) };
	},
});

/** Nothing ran: every problem has been printed, and the first decides on the exit code. */
const toRefusal = (lines: readonly string[]): AppError =>
	new AppError('PROMPT_INVALID', `Cannot run: ${lines.join('\n')}`, {
		advice: 'Mend what is named above, then call verify_run again',
	});

function formatRun(record: RunRecord, reports: string | null): string[] {
	const executor = record.executor.url ?? record.executor.kind;
	const frame = { run: record.run, executor, reportFolder: reports, columns: 160 };
	const told = record.prompts.map((result) => tellPrompt(result, frame));
	const blocks = told.flatMap((prompt) => prompt.blocks);
	const notes = told.flatMap((prompt) => prompt.notes);
	const rest = blocks.length - MOST_BLOCKS;
	const lines = told.map(({ line }) => line);
	const { totals, verdict, run: id, proof } = record;
	return [
		...blocks.slice(0, MOST_BLOCKS).flatMap((block) => [...block, '']),
		...(rest > 0 ? [`${rest} more steps did not pass: verify_explain {"run":"${id}"} names them`, ''] : []),
		...notes.slice(0, MOST_LINES),
		...lines.slice(0, MOST_LINES),
		...(lines.length > MOST_LINES ? [`... ${lines.length - MOST_LINES} more prompts`] : []),
		...(totals === null ? [] : [formatSummary({ verdict: verdict ?? '', totals, run: id, reportFolder: reports })]),
		...record.warnings.slice(0, MOST_WARNINGS).map((warning) => `warning: ${warning}`),
		`next: ${adviceFor(record)}`,
		// A line of its own, as the agent's client keeps it.
		...(proof ? [proof] : []),
	];
}

function adviceFor({ exitCode, run: id, prompts: results }: RunRecord): string {
	const first = results.flatMap(troubledSteps)[0];
	if (exitCode === 0 || first === undefined) {
		return `verify_gate {"prompts":${JSON.stringify(results.slice(0, 5).map(({ file }) => file))}}`;
	}
	return `verify_explain ${JSON.stringify({ run: id, file: first.file, step: first.number })}`;
}

function toStructured(record: RunRecord, reports: string | null): v.InferInput<typeof output> {
	return {
		run: record.run,
		verdict: record.verdict ?? '',
		exitCode: record.exitCode ?? 70,
		prompts: record.prompts.map(toPrompt),
		troubled: record.prompts
			.flatMap(troubledSteps)
			.slice(0, MOST_STEPS)
			.map((step) => ({
				file: step.file,
				step: step.number,
				name: step.name,
				line: step.line,
				outcome: step.outcome,
				reason: step.reason,
				next: nextCommand(step),
			})),
		reports,
		proof: record.proof ?? null,
	};
}

const toPrompt = ({ file, outcome, counts: { after, stage } }: PromptResult) => ({
	file,
	outcome,
	stage,
	counts: after === null ? null : { ...after },
});
