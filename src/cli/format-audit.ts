import type { Counts } from '../core/outcomes.ts';
import { pluralize } from '../core/pluralize.ts';
import type { AuditReport } from '../ledger/audit.ts';
import type { AuditFinding } from '../ledger/audit-finding.ts';

/** A prompt and what its audit says. */
export interface AuditedPrompt {
	readonly file: string;
	readonly counts: Counts | null;
	/** Path of the ledger, which may not exist. */
	readonly ledger: string;
	readonly report: AuditReport;
	/** Counts that `--rewrite-counts` wrote; `null`: none. */
	readonly rewritten: Counts | null;
}

/** How many findings are shown of one prompt; `--json` has all. */
const SHOWN = 10;

/**
 * Writes what an audit says of a prompt: one line, then each finding with its place, the first bad record first.
 *
 * @param width - Columns of the file name, so that prompts stand in a table.
 */
export function formatAudit(
	{ file, counts, ledger, report, rewritten }: AuditedPrompt,
	width: number,
): readonly string[] {
	const { isIntact, derived, records, runs, keys, isKeyListKnown } = report;
	const findings = report.findings.filter(({ code }) => code !== 'no-history');
	const failures = findings.filter(({ isNote }) => !isNote);
	const facts = [
		isIntact ? 'INTACT' : 'BROKEN',
		file.padEnd(width),
		counts === null ? 'no counts' : show(counts),
		...(derived === null
			? ['no ledger']
			: [
					`${pluralize(records, 'record')}, ${pluralize(runs.length, 'run')}`,
					derived.adopted.success + derived.adopted.failure === 0 ? '' : `adopted ${show(derived.adopted)}`,
				]),
		isKeyListKnown ? '' : signers(keys),
		failures.length === 0 ? '' : pluralize(failures.length, 'finding'),
		rewritten === null ? '' : `counts written: ${show(rewritten)}`,
	];
	const folder = ledger.slice(0, ledger.lastIndexOf('/') + 1);
	return [
		facts.filter((fact) => fact !== '').join('  '),
		...findings.slice(0, SHOWN).flatMap((finding) => formatFinding(finding, folder, file)),
		...(findings.length > SHOWN ? [`  … and ${findings.length - SHOWN} more, see --json`] : []),
	];
}

/** Where no list says whose keys they are, they are shown: `--json` has them whole. */
const signers = (keys: AuditReport['keys']): string =>
	keys.length === 0 ? '' : `signed by ${keys.map(({ key, results }) => `${key.slice(0, 8)}… (${results})`).join(', ')}`;

function formatFinding({ code, isNote, place, message, advice }: AuditFinding, folder: string, file: string): string[] {
	const where = place === null ? file : `${folder}${place.file}:${place.line}`;
	if (isNote) return [`  ${where}  note: ${message} (${code})`];
	return [`  ${where}  ${code}  ${message}`, `    next: ${advice}`];
}

/** Writes the same for programs; `docs/audit.md` tells the fields. */
export function auditToJson({ file, counts, ledger, report, rewritten }: AuditedPrompt): unknown {
	const { isIntact, findings, derived, records, runs, keys } = report;
	return {
		file,
		ledger,
		isIntact,
		records,
		runs: runs.length,
		counts: { file: counts, derived: derived?.total ?? null, adopted: derived?.adopted ?? null, rewritten },
		keys,
		findings: findings.map(({ place, ...rest }) => ({ ...rest, file: place?.file ?? null, line: place?.line ?? null })),
	};
}

const show = ({ success, failure }: Counts): string => `${success}:${failure}`;
