import type { Diagnostic } from '../../core/places.ts';
import { describeExpectation } from '../../expect/describe-expectation.ts';
import { plainFiles } from '../../host/plain-file.ts';
import type { PlannedPrompt } from '../../run/plan-prompt.ts';
import type { Invocation } from '../io.ts';
import { loadDocuments, type PromptDocument } from '../load-documents.ts';
import { planDocument } from '../plan-document.ts';
import { reportErrors } from '../report-errors.ts';

/** `verify show`: prints what was understood of prompts; exit 2 when one can't be read. */
export async function show({ args, options, io }: Invocation): Promise<number> {
	const { documents, errors } = await loadDocuments(args, plainFiles);
	for (const document of documents) {
		const plan = planDocument(document);
		if (options.json === true) io.out(JSON.stringify(toJson(document, plan)));
		else for (const line of formatShow(document, plan)) io.out(line);
	}
	return reportErrors(errors, io);
}

function toJson({ file, prompt }: PromptDocument, plan: PlannedPrompt): unknown {
	const { metrics } = prompt;
	return {
		file,
		metrics: metrics && {
			dialect: metrics.dialect,
			success: metrics.success,
			failure: metrics.failure,
			ratioText: metrics.ratioText,
			lastUpdated: metrics.lastUpdatedField?.value ?? null,
			graduationClaimed: metrics.isGraduationClaimed,
			evolutionRows: metrics.evolutionRows,
		},
		steps: prompt.steps.map((step, index) => {
			const planned = plan.steps[index];
			return {
				name: step.name,
				line: step.line,
				kind: step.kind,
				commands: step.commands.map(({ text, line, form }) => ({ text, line, form })),
				expectation: {
					...step.expectation,
					checkedBy: planned?.expectation.checkedBy ?? 'exit-code',
					means: planned ? describeExpectation(planned.expectation) : null,
				},
				directives: step.directives,
				problems: [...step.problems, ...(planned?.expectation.problems ?? [])].map(toProblem),
			};
		}),
		implementation: prompt.implementation.map(({ language, line }) => ({ language, line })),
		problems: prompt.problems.map(toProblem),
	};
}

const toProblem = ({ ruleId, severity, message, advice, span }: Diagnostic): unknown => ({
	ruleId,
	severity,
	message,
	advice: advice ?? null,
	line: span.start.line,
	column: span.start.column,
});

/** Writes what was understood of a prompt, for people. */
export function formatShow({ file, prompt }: PromptDocument, plan: PlannedPrompt): string[] {
	const { metrics } = prompt;
	const counts = metrics
		? `${metrics.success ?? '?'}:${metrics.failure ?? '?'}  (${metrics.dialect}, updated ${metrics.lastUpdatedField?.value ?? 'never'}${metrics.isGraduationClaimed ? ', graduated' : ''})`
		: 'none';
	return [
		`${file}  ${prompt.title ?? ''}`.trimEnd(),
		`  counts  ${counts}`,
		...plan.steps.flatMap((step) => [
			`  step ${step.ref.number}  ${step.ref.name}  (line ${step.ref.line})`,
			...(step.refusal ? [`    refused  ${step.refusal.detail}`] : commandLines(step.shownCommand)),
			...(step.refusal ? [] : [`    expects  ${describeExpectation(step.expectation)}`]),
		]),
		...prompt.implementation.map(
			({ language, line }) => `  implementation  ${language ?? 'no language'}  (line ${line})`,
		),
		...plan.problems.map(({ severity, message, span }) => `  ${severity}  line ${span.start.line}: ${message}`),
	];
}

const commandLines = (command: string): string[] =>
	command.split('\n').map((line, index) => `    ${index === 0 ? 'runs    ' : '        '} ${line}`);
