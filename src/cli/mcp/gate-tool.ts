import * as v from 'valibot';
import { gatePrompts } from '../commands/gate.ts';
import { formatGate, type GatedPrompt } from '../format-gate.ts';
import { captureIo } from './captured-io.ts';
import { pathsInside } from './inside.ts';
import { counts, problems, prompts } from './shapes.ts';
import { defineTool } from './tool.ts';
import { formatProblems, throwIfNothing, toProblems } from './tool-problems.ts';

const output = v.object({
	isMet: v.pipe(v.boolean(), v.description('True: all of these prompts may be trusted')),
	exitCode: v.number(),
	prompts: v.array(
		v.object({
			file: v.string(),
			isMet: v.boolean(),
			stage: v.string(),
			counts: v.nullable(counts),
			ratio: v.nullable(v.number()),
			bound: v.number(),
			evidence: v.string(),
			cleanRunsMissing: v.number(),
			unmet: v.array(
				v.object({ code: v.string(), message: v.string(), advice: v.string(), step: v.nullable(v.number()) }),
			),
		}),
	),
	problems,
});

/** `verify_gate`: whether prompts may be trusted. */
export const gateTool = defineTool({
	name: 'verify_gate',
	title: 'Check whether prompts may be trusted',
	description:
		'Judges prompts by their record: ten successes for each failure, every present step passed on its present content, all proven. Says what is missing and what to do. Runs no step.',
	input: v.strictObject({
		prompts,
		write: v.optional(
			v.pipe(
				v.boolean(),
				v.description('true: put the graduation mark into the file, or take it away, as the gate says'),
			),
		),
	}),
	output,
	isReadOnly: false,
	async call({ prompts: names, write = false }, context) {
		const { io, err } = captureIo(context.io);
		const args = await pathsInside(names, context);
		const { gated, errors, exitCode } = await gatePrompts({ args, options: { write, ci: 'none' }, io });
		throwIfNothing(gated, errors);
		const width = Math.max(0, ...gated.map(({ file }) => file.length));
		const isMet = exitCode === 0;
		return {
			text: [
				...gated.flatMap((prompt) => formatGate(prompt, width)),
				...formatProblems(errors),
				...err,
				`gate ${isMet ? 'met' : 'not met'} (exit code ${exitCode})`,
			].join('\n'),
			structured: {
				isMet,
				exitCode,
				prompts: gated.map(toStructured),
				problems: toProblems(errors),
			},
		};
	},
});

const toStructured = ({ file, verdict, counts: inFile }: GatedPrompt) => ({
	file,
	isMet: verdict.isMet,
	stage: verdict.stage,
	counts: verdict.counts ?? inFile,
	ratio: verdict.ratio,
	bound: verdict.bound,
	evidence: verdict.evidence,
	cleanRunsMissing: verdict.cleanRunsMissing,
	unmet: verdict.unmet.map(({ code, message, advice, step }) => ({ code, message, advice, step })),
});
