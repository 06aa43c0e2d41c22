import * as v from 'valibot';
import { auditPrompts } from '../commands/audit.ts';
import { auditToJson, formatAudit } from '../format-audit.ts';
import { captureIo } from './captured-io.ts';
import { pathsInside } from './inside.ts';
import { problems, prompts } from './shapes.ts';
import { defineTool } from './tool.ts';
import { formatProblems, throwIfNothing, toProblems } from './tool-problems.ts';

const output = v.object({
	isIntact: v.boolean(),
	exitCode: v.number(),
	prompts: v.array(
		v.looseObject({
			file: v.string(),
			isIntact: v.boolean(),
			records: v.number(),
			runs: v.number(),
			findings: v.array(v.looseObject({ code: v.string(), message: v.string() })),
		}),
	),
	problems,
});

/** `verify_audit`: whether counts and ledgers are as runs wrote them. It mends nothing. */
export const auditTool = defineTool({
	name: 'verify_audit',
	title: 'Audit the records of prompts',
	description:
		'Derives the counts of prompts from their ledgers again and names what was tampered with: edited counts, changed, removed or reordered records. Changes nothing.',
	input: v.strictObject({
		prompts,
		deep: v.optional(
			v.pipe(v.boolean(), v.description('true: hold the ledgers against the transcripts of their runs as well')),
		),
	}),
	output,
	isReadOnly: true,
	async call({ prompts: names, deep = false }, context) {
		const { io } = captureIo(context.io);
		const args = await pathsInside(names, context);
		const { audited, errors, exitCode } = await auditPrompts({ args, options: { deep }, io });
		throwIfNothing(audited, errors);
		const width = Math.max(0, ...audited.map(({ file }) => file.length));
		return {
			text: [...audited.flatMap((prompt) => formatAudit(prompt, width)), ...formatProblems(errors)].join('\n'),
			structured: {
				isIntact: exitCode === 0,
				exitCode,
				prompts: audited.map(auditToJson) as v.InferInput<typeof output>['prompts'],
				problems: toProblems(errors),
			},
		};
	},
});
