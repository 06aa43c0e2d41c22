import type { Counts } from '../../core/outcomes.ts';
import { type CountsVerdict, judgeCounts } from '../../gate/judge-counts.ts';
import { createHost } from '../create-host.ts';
import type { Invocation } from '../io.ts';
import { loadDocuments, type PromptDocument } from '../load-documents.ts';
import { reportErrors } from '../report-errors.ts';

/** `verify gate`: ten successes for each failure, from the counts in the file; exit 7 when one prompt does not have them. */
export async function gate({ args, options, io }: Invocation): Promise<number> {
	const { documents, errors } = await loadDocuments(args, createHost().files);
	let isMet = true;
	const width = Math.max(0, ...documents.map(({ file }) => file.length));
	for (const document of documents) {
		const counts = toCounts(document);
		const verdict = counts && judgeCounts(counts);
		isMet &&= verdict?.isMet ?? false;
		io.out(
			options.json === true
				? toJson(document.file, counts, verdict)
				: toLine(document.file.padEnd(width), counts, verdict),
		);
	}
	const exitCode = reportErrors(errors, io) || (isMet ? 0 : 7);
	io.err(`verify: gate ${exitCode === 0 ? 'met' : 'not met'} (exit code ${exitCode})`);
	return exitCode;
}

function toCounts({ prompt: { metrics } }: PromptDocument): Counts | null {
	if (metrics === null || metrics.success === null || metrics.failure === null) return null;
	return { success: metrics.success, failure: metrics.failure };
}

function toLine(file: string, counts: Counts | null, verdict: CountsVerdict | null): string {
	if (counts === null || verdict === null)
		return `NOT MET  ${file}  no counts: add a metrics section with verify ${file.trim()} --init`;
	const { ratio, bound, stage, cleanRunsMissing } = verdict;
	const shown = ratio === null ? '' : `  ratio ${ratio.toFixed(1)}`;
	const missing =
		cleanRunsMissing === 0
			? ''
			: `  ${cleanRunsMissing} clean ${cleanRunsMissing === 1 ? 'success' : 'successes'} missing`;
	return `${verdict.isMet ? 'MET    ' : 'NOT MET'}  ${file}  ${counts.success}:${counts.failure}${shown}  bound ${bound.toFixed(2)}  ${stage}${missing}`;
}

const toJson = (file: string, counts: Counts | null, verdict: CountsVerdict | null): string =>
	JSON.stringify({ file, counts, ...(verdict ?? { isMet: false, stage: 'development' }) });
