import { AppError } from '../../core/errors.ts';
import type { Diagnostic } from '../../core/places.ts';
import { diagnoseExpectation } from '../../expect/diagnose-expectation.ts';
import { formatCodeQuality } from '../../report/ci/format-code-quality.ts';
import { formatSarif } from '../../report/ci/format-sarif.ts';
import { annotateProblems, type FoundProblem, formatProblem, toFindings } from '../ci/annotate-problems.ts';
import { detectCi } from '../ci/ci-service.ts';
import { createHost } from '../create-host.ts';
import type { Invocation } from '../io.ts';
import { loadDocuments, type PromptDocument } from '../load-documents.ts';
import { planDocument } from '../plan-document.ts';
import { reportErrors } from '../report-errors.ts';
import { VERSION } from '../version.ts';
import { writeResult } from '../write-result.ts';

const FORMATS = ['text', 'json', 'sarif', 'codequality'] as const;

/** `verify lint`: prints problems as `file:line:col`, or in a format of programs; exit 2 when one of them is an error. */
export async function lint({ args, options, io }: Invocation): Promise<number> {
	const format = chooseFormat(options.json === true ? 'json' : options.format);
	const ci = detectCi(options.ci, io.env);
	const { files } = createHost();
	const { documents, errors } = await loadDocuments(args, files);
	const problems = (await Promise.all(documents.map(findProblems))).flat();
	const findings = toFindings(problems, io);
	const text = {
		text: () => toText(problems.map(formatProblem)),
		json: () => toText(problems.map(toJson)),
		sarif: () => formatSarif(findings, { version: VERSION, failures: errors.map(({ message }) => message) }),
		codequality: () => formatCodeQuality(findings),
	}[format]();
	if (text !== '' || options.output !== undefined) await writeResult(text, options.output, { io, files });
	if (ci === 'github') annotateProblems(problems, io, format !== 'text');
	const count = (severity: Diagnostic['severity']): number =>
		problems.filter(({ diagnostic }) => diagnostic.severity === severity).length;
	io.err(
		`verify: ${documents.length} prompts, ${count('error')} errors, ${count('warning')} warnings, ${count('info')} hints`,
	);
	return reportErrors(errors, io) || (count('error') > 0 ? 2 : 0);
}

function chooseFormat(asked: unknown): (typeof FORMATS)[number] {
	const format = asked === undefined ? 'text' : FORMATS.find((name) => name === asked);
	if (format) return format;
	throw new AppError('USAGE', `Unknown format "${String(asked)}"`, { advice: `Use one of: ${FORMATS.join(', ')}` });
}

async function findProblems(document: PromptDocument): Promise<FoundProblem[]> {
	const plan = planDocument(document);
	const deep = await Promise.all(plan.steps.map((step) => diagnoseExpectation(step.expectation)));
	return [...plan.problems, ...deep.flat()].map((diagnostic) => ({ file: document.file, diagnostic }));
}

const toText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const toJson = ({ file, diagnostic: { span, ...rest } }: FoundProblem): string =>
	JSON.stringify({
		file,
		line: span.start.line,
		column: span.start.column,
		endLine: span.end.line,
		endColumn: span.end.column,
		...rest,
	});
