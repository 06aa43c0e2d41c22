import type { Diagnostic } from '../../core/places.ts';
import { diagnoseExpectation } from '../../expect/diagnose-expectation.ts';
import { createHost } from '../create-host.ts';
import type { Invocation } from '../io.ts';
import { loadDocuments } from '../load-documents.ts';
import { planDocument } from '../plan-document.ts';
import { reportErrors } from '../report-errors.ts';

/** `verify lint`: prints problems as `file:line:col`; exit 2 when one of them is an error. */
export async function lint({ args, options, io }: Invocation): Promise<number> {
	const { documents, errors } = await loadDocuments(args, createHost().files);
	const counts = { error: 0, warning: 0, info: 0 };
	for (const document of documents) {
		const plan = planDocument(document);
		const deep = await Promise.all(plan.steps.map((step) => diagnoseExpectation(step.expectation)));
		for (const problem of [...plan.problems, ...deep.flat()]) {
			counts[problem.severity] += 1;
			io.out(options.json === true ? toJson(document.file, problem) : toLine(document.file, problem));
		}
	}
	io.err(
		`verify: ${documents.length} prompts, ${counts.error} errors, ${counts.warning} warnings, ${counts.info} hints`,
	);
	return reportErrors(errors, io) || (counts.error > 0 ? 2 : 0);
}

const toLine = (file: string, { span, severity, message, advice, ruleId }: Diagnostic): string =>
	`${file}:${span.start.line}:${span.start.column}  ${severity}  ${message}  ${ruleId}${advice === undefined ? '' : `\n    ${advice}`}`;

const toJson = (file: string, { span, ...rest }: Diagnostic): string =>
	JSON.stringify({
		file,
		line: span.start.line,
		column: span.start.column,
		endLine: span.end.line,
		endColumn: span.end.column,
		...rest,
	});
