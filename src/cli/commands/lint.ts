import { AppError } from '../../core/errors.ts';
import type { Diagnostic } from '../../core/places.ts';
import { pluralize } from '../../core/pluralize.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { formatCodeQuality } from '../../report/ci/format-code-quality.ts';
import { formatSarif } from '../../report/ci/format-sarif.ts';
import { annotateProblems, type FoundProblem, formatProblem, toFindings } from '../ci/annotate-problems.ts';
import { detectCi } from '../ci/ci-service.ts';
import { readFacts } from '../facts/read-facts.ts';
import type { Invocation } from '../io.ts';
import { reportErrors } from '../report-errors.ts';
import { VERSION } from '../version.ts';
import { writeResult } from '../write-result.ts';

const FORMATS = ['text', 'json', 'sarif', 'codequality'] as const;

/** `verify lint`: prints problems as `file:line:col`, or in a format of programs; exit 2 when one of them is an error. */
export async function lint({ args, options, io }: Invocation): Promise<number> {
	const format = chooseFormat(options.json === true ? 'json' : options.format);
	const ci = detectCi(options.ci, io.env);
	const files = createNodeFiles();
	const { facts, errors } = await readFacts('lint', args, { files, env: io.env, isCached: options.cache !== false });
	const problems = facts.flatMap(({ file, fact }) => fact.map((diagnostic): FoundProblem => ({ file, diagnostic })));
	const findings = () => toFindings(problems, io);
	const text = {
		text: () => toText(problems.map(formatProblem)),
		json: () => toText(problems.map(toJson)),
		sarif: () => formatSarif(findings(), { version: VERSION, failures: errors.map(({ message }) => message) }),
		codequality: () => formatCodeQuality(findings()),
	}[format]();
	if (text !== '' || options.output !== undefined) await writeResult(text, options.output, { io, files });
	if (ci === 'github') annotateProblems(problems, io, format !== 'text');
	const count = (severity: Diagnostic['severity']): number =>
		problems.filter(({ diagnostic }) => diagnostic.severity === severity).length;
	const code = reportErrors(errors, io);
	io.err(
		`verify: ${[
			pluralize(facts.length, 'prompt'),
			pluralize(count('error'), 'error'),
			pluralize(count('warning'), 'warning'),
			pluralize(count('info'), 'hint'),
		].join(', ')}`,
	);
	return code || (count('error') > 0 ? 2 : 0);
}

function chooseFormat(asked: unknown): (typeof FORMATS)[number] {
	const format = asked === undefined ? 'text' : FORMATS.find((name) => name === asked);
	if (format) return format;
	throw new AppError('USAGE', `Unknown format "${String(asked)}"`, { advice: `Use one of: ${FORMATS.join(', ')}` });
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
