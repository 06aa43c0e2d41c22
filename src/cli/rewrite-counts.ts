import { AppError } from '../core/errors.ts';
import type { Counts } from '../core/outcomes.ts';
import { quoteForShell } from '../core/quote-for-shell.ts';
import { judgeCounts } from '../gate/judge-counts.ts';
import type { AuditCode } from '../ledger/audit-finding.ts';
import { parsePrompt } from '../prompt/parse-prompt.ts';
import { updateMetrics } from '../prompt/update-metrics.ts';
import { decodePrompt, encodePrompt } from '../run/decode-prompt.ts';
import { type AuditMachine, auditDocument } from './audit-document.ts';
import type { PromptDocument } from './load-documents.ts';

/** What writing the counts mends; with anything else they can't be derived. */
const MENDED: readonly AuditCode[] = ['counts-differ', 'mark-differs'];

/**
 * Writes what the ledger derives into a prompt, under the lock of the ledger and then that of the prompt, as a run does. The mark follows.
 *
 * @returns The prompt as it is now, and its counts; `null`: it has no ledger to derive them from.
 * @throws {AppError} `LEDGER_BROKEN`: the ledger is not intact, nothing was written. `PROMPT_INVALID`: there is no place for counts. What
 *   the files throw.
 */
export async function rewriteCounts(
	{ file }: PromptDocument,
	machine: AuditMachine,
): Promise<{ readonly document: PromptDocument; readonly counts: Counts } | null> {
	const before = await readDocument(file, machine);
	const { ledger } = await auditDocument(before, machine);
	if (ledger.reading === null) return null;
	return machine.journals.open(ledger.paths.ledger, async () => {
		const { findings, derived } = await auditDocument(await readDocument(file, machine), machine);
		const bad = findings.find(({ isNote, code }) => !isNote && !MENDED.includes(code) && code !== 'counts-unreadable');
		if (bad || derived === null) {
			throw new AppError(
				'LEDGER_BROKEN',
				`Cannot derive the counts of ${file}: its ledger is not intact (${bad?.code})`,
				{
					advice: 'Mend what the audit names first',
				},
			);
		}
		const counts = derived.total;
		await machine.files.update(file, (bytes) => writeCounts(bytes, file, counts, machine));
		return { document: await readDocument(file, machine), counts };
	});
}

function writeCounts(bytes: Uint8Array, file: string, counts: Counts, { clock }: AuditMachine): Uint8Array {
	const source = decodePrompt(bytes, file);
	const { metrics } = parsePrompt(source);
	if (metrics === null) {
		throw new AppError('PROMPT_INVALID', `Cannot write the counts of ${file}: it has no metrics section`, {
			advice: `Add one with verify ${quoteForShell(file)} --init`,
		});
	}
	const [date = '', time = ''] = new Date(clock.nowMs()).toISOString().split(/[T.]/);
	const isGraduated = judgeCounts(counts).isMet;
	return encodePrompt(updateMetrics(source, metrics, { ...counts, date, time, isGraduated }));
}

async function readDocument(file: string, { files }: AuditMachine): Promise<PromptDocument> {
	const source = decodePrompt(await files.read(file), file);
	return { file, source, prompt: parsePrompt(source) };
}
