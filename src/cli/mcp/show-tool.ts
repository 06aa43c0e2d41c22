import * as v from 'valibot';
import { describeExpectation } from '../../expect/describe-expectation.ts';
import { plainFiles } from '../../host/plain-file.ts';
import type { PlannedPrompt } from '../../run/plan-prompt.ts';
import { formatShow } from '../commands/show.ts';
import { loadDocuments, type PromptDocument } from '../load-documents.ts';
import { planDocument } from '../plan-document.ts';
import { pathsInside } from './inside.ts';
import { problems, prompts } from './shapes.ts';
import { defineTool } from './tool.ts';
import { formatProblems, throwIfNothing, toProblems } from './tool-problems.ts';

const problem = v.object({ severity: v.string(), message: v.string(), line: v.number() });

const output = v.object({
	prompts: v.array(
		v.object({
			file: v.string(),
			title: v.nullable(v.string()),
			counts: v.nullable(v.object({ success: v.nullable(v.number()), failure: v.nullable(v.number()) })),
			steps: v.array(
				v.object({
					number: v.number(),
					name: v.string(),
					line: v.number(),
					command: v.string(),
					expects: v.string(),
					refused: v.pipe(v.nullable(v.string()), v.description('Why it can not run')),
				}),
			),
			problems: v.array(problem),
		}),
	),
	problems,
});

/** `verify_show`: what is understood of prompts. */
export const showTool = defineTool({
	name: 'verify_show',
	title: 'Show what is understood of prompts',
	description:
		'Shows the counts, steps, commands, expectations and problems that verify reads out of markdown prompts. Runs nothing.',
	input: v.strictObject({ prompts }),
	output,
	isReadOnly: true,
	async call({ prompts: names }, context) {
		const { documents, errors } = await loadDocuments(await pathsInside(names, context), plainFiles);
		throwIfNothing(documents, errors);
		const shown = documents.map((document) => ({ document, plan: planDocument(document) }));
		const lines = shown.flatMap(({ document, plan }) => formatShow(document, plan));
		return {
			text: [...lines, ...formatProblems(errors)].join('\n'),
			structured: {
				prompts: shown.map(({ document, plan }) => toStructured(document, plan)),
				problems: toProblems(errors),
			},
		};
	},
});

function toStructured({ file, prompt: { title, metrics } }: PromptDocument, plan: PlannedPrompt) {
	return {
		file,
		title,
		counts: metrics === null ? null : { success: metrics.success, failure: metrics.failure },
		steps: plan.steps.map(({ ref, shownCommand, expectation, refusal }) => ({
			number: ref.number,
			name: ref.name,
			line: ref.line,
			command: shownCommand,
			expects: describeExpectation(expectation),
			refused: refusal?.detail ?? null,
		})),
		problems: plan.problems.map(({ severity, message, span }) => ({ severity, message, line: span.start.line })),
	};
}
