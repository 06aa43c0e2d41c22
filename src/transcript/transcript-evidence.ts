import type { Evidence, Reason } from '../core/outcomes.ts';
import { type EvidenceCheck, type ExpectedBracket, judgeBracket } from './judge-bracket.ts';
import { createTranscriptReader } from './transcript-reader.ts';

/** What a transcript says about one execution. */
export interface TranscriptFinding {
	readonly level: Evidence;
	readonly checks: readonly EvidenceCheck[];
	/** `null` exactly when the level is `bound`. */
	readonly reason: Reason | null;
	/** Path of the transcript. */
	readonly source: string;
}

/** Confirms executions in one transcript. */
export interface TranscriptEvidence {
	/** Reads what was appended since the last call, then judges. A transcript that can't be read gives `none`; never rejects. */
	confirm(expected: ExpectedBracket): Promise<TranscriptFinding>;
}

/**
 * Makes the evidence of a run from its transcript.
 *
 * @param startOffset - Where the run's own records begin, bytes: what stood there before proves nothing for it.
 */
export function createTranscriptEvidence(path: string, startOffset: number): TranscriptEvidence {
	const reader = createTranscriptReader(path, startOffset);
	return {
		async confirm(expected) {
			try {
				reader.readAppended();
			} catch (error) {
				const detail = error instanceof Error ? error.message : String(error);
				const checks = [{ name: 'transcript can be read', isOk: false, detail }];
				return { level: 'none', checks, reason: 'no-bracket', source: path };
			}
			const bracket = reader.bracketOf(expected.executionId, expected.marker);
			return { ...judgeBracket(bracket, expected), source: path };
		},
	};
}
