import { type AppError, ERRORS, isAppError } from '../../core/errors.ts';
import { type AuditMachine, type AuditScope, auditDocument, createAuditMachine } from '../audit-document.ts';
import { type AuditedPrompt, auditToJson, formatAudit } from '../format-audit.ts';
import { countsOf } from '../gate-facts.ts';
import type { Invocation, Io } from '../io.ts';
import { loadConfig } from '../load-config.ts';
import { loadDocuments, type PromptDocument } from '../load-documents.ts';
import { optionText } from '../option-text.ts';
import { reportErrors } from '../report-errors.ts';
import { rewriteCounts } from '../rewrite-counts.ts';
import { takeOverLedger } from '../take-over-ledger.ts';

/** What the audit of some prompts found. */
export interface AuditAnswer {
	readonly audited: readonly AuditedPrompt[];
	/** Prompts that could not be audited. */
	readonly errors: readonly AppError[];
	/** As of `verify audit`. */
	readonly exitCode: number;
}

/** `verify audit`: derives the counts of prompts again and names what is not as it was written; exit 6 when something is not. */
export async function audit(invocation: Invocation): Promise<number> {
	const { options, io } = invocation;
	const { audited, errors, exitCode } = await auditPrompts(invocation);
	const width = Math.max(0, ...audited.map(({ file }) => file.length));
	for (const prompt of audited) {
		const lines = options.json === true ? [JSON.stringify(auditToJson(prompt))] : formatAudit(prompt, width);
		for (const line of lines) io.out(line);
	}
	const withoutHistory = audited.filter(({ report }) => report.findings.some(({ code }) => code === 'no-history'));
	if (withoutHistory.length > 0) {
		io.err(
			`verify: ${withoutHistory.length} of ${audited.length} ledgers have no commit to be compared with: a run that was removed with all its traces can't be found`,
		);
	}
	reportErrors(errors, io);
	// What could not be read was not audited: nothing can be said of the whole then.
	const word = exitCode === 6 ? 'broken' : errors.length > 0 ? 'not audited' : 'intact';
	io.err(`verify: ${word} (exit code ${exitCode})`);
	return exitCode;
}

/**
 * Audits prompts, and mends what the options ask for; prints nothing.
 *
 * @throws {AppError} What taking over a ledger throws. `CONFIG_INVALID`, where it says where transcripts are.
 */
export async function auditPrompts({ args, options, io }: Invocation): Promise<AuditAnswer> {
	const machine = createAuditMachine();
	const scope: AuditScope = {
		since: optionText(options.since),
		deep: options.deep === true ? { transcripts: await transcriptsOf(options, io), env: io.env } : null,
	};
	if (options.renamedFrom !== undefined) await takeOverLedger(String(options.renamedFrom), args, machine);
	const { documents, errors: unread } = await loadDocuments(args, machine.files);
	const errors = [...unread];
	const audited: AuditedPrompt[] = [];
	for (const document of documents) {
		try {
			audited.push(await auditOne(document, machine, scope, options.rewriteCounts === true));
		} catch (error) {
			if (!isAppError(error)) throw error;
			errors.push(error);
		}
	}
	const [first] = errors;
	const isIntact = audited.every(({ report }) => report.isIntact);
	return { audited, errors, exitCode: isIntact ? (first ? ERRORS[first.code].exit : 0) : 6 };
}

const transcriptsOf = async ({ transcripts }: Invocation['options'], io: Io): Promise<string> =>
	optionText(transcripts) ?? (await loadConfig({}, io)).transcripts;

async function auditOne(
	document: PromptDocument,
	machine: AuditMachine,
	scope: AuditScope,
	isRewriting: boolean,
): Promise<AuditedPrompt> {
	const { file, prompt } = document;
	const report = await auditDocument(document, machine, scope);
	const before = { file, counts: countsOf(prompt), ledger: report.ledger.shownPath, report, rewritten: null };
	if (!isRewriting) return before;
	const rewritten = await rewriteCounts(document, machine);
	if (rewritten === null) return before;
	const after = await auditDocument(rewritten.document, machine, scope);
	return { ...before, counts: rewritten.counts, report: after, rewritten: rewritten.counts };
}
