import type { Evidence, Reason } from '../core/outcomes.ts';
import type { Signatures } from '../core/ports.ts';
import { type ExpectedAttestation, judgeAttestation } from './judge-attestation.ts';
import { type EvidenceCheck, type ExpectedBracket, judgeBracket } from './judge-bracket.ts';
import { createTranscriptReader } from './transcript-reader.ts';

/** What a transcript says about one execution. */
export interface TranscriptFinding {
	readonly level: Evidence;
	readonly checks: readonly EvidenceCheck[];
	/** Why the level is not `signed`. */
	readonly reason: Reason | null;
	/** Path of the transcript. */
	readonly source: string;
}

/** Confirms executions in one transcript. */
export interface TranscriptEvidence {
	/**
	 * Reads what was appended since the last call, then judges. A transcript that can't be read gives `none`; never rejects. A whole bracket
	 * confirms once: it is let go of, as a run has thousands.
	 *
	 * @param attestation - Default `null`: the executor signs nothing, so that `bound` is the most that can be reached.
	 */
	confirm(expected: ExpectedBracket, attestation?: ExpectedAttestation | null): Promise<TranscriptFinding>;
}

/**
 * Makes the evidence of a run from its transcript.
 *
 * @param startOffset - Where the run's own records begin, bytes: what stood there before proves nothing for it.
 */
export function createTranscriptEvidence(
	path: string,
	startOffset: number,
	signatures: Signatures,
): TranscriptEvidence {
	const reader = createTranscriptReader(path, startOffset);
	const share = createSharing();
	return {
		async confirm(expected, attestation = null) {
			try {
				reader.readAppended();
			} catch (error) {
				const detail = error instanceof Error ? error.message : String(error);
				const checks = [{ name: 'transcript can be read', isOk: false, detail }];
				return { level: 'none', checks, reason: 'no-bracket', source: path };
			}
			const bracket = reader.bracketOf(expected.executionId, expected.marker);
			const { level, checks, reason } = judgeBracket(bracket, expected);
			if (level !== 'bound') return { level, checks, reason, source: path };
			reader.forget(expected.executionId);
			if (attestation === null) return { level, checks: checks.map(share), reason: 'no-signature', source: path };
			const signed = judgeAttestation(bracket.completed[0]?.attestation, expected, attestation, signatures);
			return {
				level: signed.reason === null ? 'signed' : level,
				checks: [...checks, ...signed.checks].map(share),
				reason: signed.reason,
				source: path,
			};
		},
	};
}

/** Checks are kept until the reports of a run are written, and most say the same of all its executions: those are one object. */
function createSharing(): (check: EvidenceCheck) => EvidenceCheck {
	const newest = new Map<string, EvidenceCheck>();
	return (check) => {
		const before = newest.get(check.name);
		if (before !== undefined && before.isOk === check.isOk && before.detail === check.detail) return before;
		newest.set(check.name, check);
		return check;
	};
}
