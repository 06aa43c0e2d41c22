import { AppError } from '../../core/errors.ts';
import { judgeCounts } from '../../gate/judge-counts.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { type BadgeFacts, formatBadge, formatShields } from '../../report/ci/format-badge.ts';
import type { Invocation } from '../io.ts';
import { loadDocuments, type PromptDocument } from '../load-documents.ts';
import { reportErrors } from '../report-errors.ts';
import { writeResult } from '../write-result.ts';

const FORMATS = { svg: formatBadge, shields: formatShields } as const;

/** `verify badge`: where a prompt stands, as a picture or as JSON for shields.io; by the counts in the file alone. */
export async function badge({ args, options, io }: Invocation): Promise<number> {
	const name = String(options.format ?? 'svg');
	if (name !== 'svg' && name !== 'shields')
		throw new AppError('USAGE', `Unknown format "${name}" of a badge`, { advice: 'Use svg or shields' });
	const files = createNodeFiles();
	const { documents, errors } = await loadDocuments(args, files);
	const [document] = documents;
	if (errors.length > 0 || document === undefined) return reportErrors(errors, io);
	if (documents.length > 1)
		throw new AppError('USAGE', `Cannot make one badge of ${documents.length} prompts`, { advice: 'Name one prompt' });
	await writeResult(FORMATS[name](toFacts(document)), options.output, { io, files });
	return 0;
}

function toFacts({ file, prompt: { title, metrics } }: PromptDocument): BadgeFacts {
	const { success = null, failure = null } = metrics ?? {};
	const counts = success === null || failure === null ? null : { success, failure };
	return { name: title ?? file, counts, stage: counts === null ? 'development' : judgeCounts(counts).stage };
}
