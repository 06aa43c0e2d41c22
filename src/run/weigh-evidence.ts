import type { ExecutionEnd } from '../client/client.ts';
import type { EvidenceFinding } from './evidence-source.ts';

/**
 * Weighs what the transcript says together with what came over the wire: a transcript that we wrote ourselves of a remote execution
 * proves no more than the bracket that the executor told or printed.
 *
 * @param found - In the transcript.
 * @param wasInterrupted - We cancelled it: an executor of the base wire can't print the end of the bracket then.
 */
export function weighEvidence(found: EvidenceFinding, end: ExecutionEnd, wasInterrupted: boolean): EvidenceFinding {
	const finding = withTrouble(found, end);
	if (end.sha256 !== null && end.sha256 !== end.receivedSha256) {
		const detail = `the executor told ${end.sha256}, what arrived has ${end.receivedSha256}`;
		return lower(finding, 'digest-differs', { name: 'output digest told', isOk: false, detail });
	}
	const isWhole = end.bracket === 'whole' || (end.bracket === 'cut' && wasInterrupted);
	if (isWhole) return finding;
	const detail = end.bracket === 'cut' ? 'the bracket around the output was cut' : 'no bracket stood around the output';
	return lower(finding, end.bracket === 'cut' ? 'cut-bracket' : 'no-bracket', { name: 'bracket', isOk: false, detail });
}

/** What is missing in the transcript says less than why: that its disk is full. */
function withTrouble(finding: EvidenceFinding, { error }: ExecutionEnd): EvidenceFinding {
	const isMissing = finding.reason !== null && ['no-marker', 'no-bracket', 'cut-bracket'].includes(finding.reason);
	if (error === null || !isMissing) return finding;
	return { ...finding, checks: [{ name: 'executor', isOk: false, detail: error }, ...finding.checks] };
}

function lower(
	finding: EvidenceFinding,
	reason: 'digest-differs' | 'cut-bracket' | 'no-bracket',
	check: EvidenceFinding['checks'][number],
): EvidenceFinding {
	const level = reason === 'no-bracket' ? 'none' : 'claimed';
	return { ...finding, level: finding.level === 'none' ? 'none' : level, reason, checks: [...finding.checks, check] };
}
