import type { Signatures } from '../core/ports.ts';
import { judgeCounts } from '../gate/judge-counts.ts';
import { createGitHistory, type GitHistory } from '../host/git-history.ts';
import { nodeSignatures } from '../host/node-signatures.ts';
import { type AuditReport, auditLedger, sortFindings } from '../ledger/audit.ts';
import { type AuditFinding, finding, note } from '../ledger/audit-finding.ts';
import type { PastLedger } from '../ledger/audit-history.ts';
import type { RunWatch } from '../ledger/audit-runs.ts';
import type { PlacedRecord } from '../ledger/ledger.ts';
import { fileNameOf, resolveLedgerPaths } from '../ledger/ledger-paths.ts';
import { auditConfirmations } from './audit-confirmations.ts';
import { auditTranscripts } from './audit-transcripts.ts';
import { createHost, type Host } from './create-host.ts';
import { countsOf, type GatedContent } from './gate-facts.ts';
import { type PromptLedgerFiles, readPastLedger, readPromptLedger } from './load-ledger.ts';

/** What audits and gates need of this machine. */
export interface AuditMachine extends Host {
	readonly signatures: Signatures;
	readonly history: GitHistory;
}

/** What to look at beside the ledger itself. */
export interface AuditScope {
	/** A revision of git beside HEAD; `null`: HEAD alone, where there is one. */
	readonly since: string | null;
	/** Where transcripts are; `null`: they are not asked. */
	readonly deep: DeepScope | null;
}

/** Where transcripts are. */
export interface DeepScope {
	/** Folder of ours. */
	readonly transcripts: string;
	/** Tells where agents keep theirs. */
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** What gates and plain audits look at. */
export const PLAIN_SCOPE: AuditScope = { since: null, deep: null };

/** Builds the machine; cheap, starts nothing. */
export const createAuditMachine = (): AuditMachine => ({
	...createHost(),
	signatures: nodeSignatures,
	history: createGitHistory(),
});

/** Tells dead runs from those at work, as of now. */
export const watchRuns = ({ writers, clock }: AuditMachine): RunWatch => ({ writers, nowMs: clock.nowMs() });

/**
 * Audits the record of a prompt as it stands on the disk and in git.
 *
 * @throws {AppError} `LEDGER_NEWER`; what reading the files throws; `USAGE` for a revision that git does not know.
 */
export async function auditDocument(
	{ file, prompt }: { readonly file: string; readonly prompt: Pick<GatedContent, 'metrics'> },
	machine: AuditMachine,
	scope: AuditScope = PLAIN_SCOPE,
): Promise<AuditReport & { readonly ledger: PromptLedgerFiles }> {
	const ledger = await readPromptLedger(file, machine);
	const past = await loadPast(ledger, machine, scope.since);
	const claims = { file, counts: countsOf(prompt), isGraduated: prompt.metrics?.isGraduationClaimed ?? false };
	const report = auditLedger(
		{ claims, reading: ledger.reading, past: past ?? [], keys: ledger.keys },
		{ ...watchRuns(machine), signatures: machine.signatures, isEarned: (counts) => judgeCounts(counts).isMet },
	);
	const more = [
		...(ledger.refusal === null ? [] : [finding('symlink', null, ledger.refusal, 'Put the real file in its place')]),
		...(past !== null || ledger.reading === null ? [] : [noHistory()]),
		...(scope.deep === null ? [] : auditDeep(ledger.reading?.records ?? [], scope.deep)),
	];
	const findings = sortFindings([...report.findings, ...more], fileNameOf(ledger.paths.ledger));
	return { ...report, isIntact: findings.every(({ isNote }) => isNote), findings, ledger };
}

const auditDeep = (records: readonly PlacedRecord[], { transcripts, env }: DeepScope): readonly AuditFinding[] => [
	...auditTranscripts(records, transcripts),
	...auditConfirmations(records, env),
];

const noHistory = () =>
	note(
		'no-history',
		null,
		'There is no commit to compare with, so a run that was removed together with its traces can not be found',
		'Commit the ledgers with their prompts',
	);

/** @returns `null` where there is no version control. */
async function loadPast(
	{ paths }: PromptLedgerFiles,
	machine: AuditMachine,
	since: string | null,
): Promise<readonly PastLedger[] | null> {
	const hasCommits = await machine.history.hasCommits(paths.ledger);
	const revisions = [...(since === null ? [] : [since]), ...(hasCommits ? ['HEAD'] : [])];
	if (revisions.length === 0) return null;
	return Promise.all(
		revisions.map(async (revision) => ({ revision, reading: await readPastLedger(paths, revision, machine) })),
	);
}

/**
 * Selects the prompts that are not as they were at a revision, or whose ledger is not.
 *
 * @throws {AppError} `USAGE`: no git, no repository, or no such revision in it.
 */
export async function selectChanged<T extends { readonly file: string }>(
	documents: readonly T[],
	since: string,
	{ history, journals }: AuditMachine,
): Promise<readonly T[]> {
	const places = await Promise.all(
		documents.map(async (document) => {
			const file = await journals.resolve(document.file);
			const { ledger, heads } = resolveLedgerPaths(file);
			return { document, paths: [file, ledger, heads] };
		}),
	);
	const changed = await history.changedSince(
		places.flatMap(({ paths }) => paths),
		since,
	);
	return places.filter(({ paths }) => paths.some((path) => changed.has(path))).map(({ document }) => document);
}
