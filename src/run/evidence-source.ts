import type { ExecutionId, Marker } from '../core/ids.ts';
import type { Evidence, Reason } from '../core/outcomes.ts';

/** What must stand in the transcript if an execution really happened. */
export interface ExpectedBracket {
	readonly executionId: ExecutionId;
	readonly marker: Marker;
	/** Of the command text that was sent. */
	readonly commandSha256: string;
	/** Of the raw output that this process received. */
	readonly outputSha256: string;
	readonly exitCode: number | null;
	readonly signal: string | null;
	/** Milliseconds since the Unix epoch; an earlier bracket is a replay. */
	readonly notBeforeMs: number;
	/** True when the command text holds the marker, so that whoever wrote it could know it. */
	readonly isMarkerInCommand: boolean;
}

/** What the executor must have signed of it. */
export interface ExpectedAttestation {
	/** Of the executor that was asked, as it was known before: the 32 bytes in base64url. */
	readonly publicKey: string;
	/** As it was sent; `null`: none was. */
	readonly subject: string | null;
	readonly bytes: number;
	/** Milliseconds since the Unix epoch: when the end was heard. */
	readonly notAfterMs: number;
	/** How far the executor's clock may differ from ours, milliseconds. */
	readonly clockToleranceMs: number;
}

/** What was found of an execution in the transcript. */
export interface EvidenceFinding {
	readonly level: Evidence;
	/** In the order they were made. */
	readonly checks: readonly { readonly name: string; readonly isOk: boolean; readonly detail: string }[];
	/** Which check failed; `null` when the highest level was reached. */
	readonly reason: Reason | null;
	/** Where it was looked for. */
	readonly source: string | null;
}

/** Confirms executions in a transcript. */
export interface EvidenceSource {
	/**
	 * Looks only at what was appended since the run began. Never throws: a transcript that can't be read gives `none`.
	 *
	 * @param attestation - Default `null`: the executor signs nothing, so that `bound` is the most that can be reached.
	 */
	confirm(expected: ExpectedBracket, attestation?: ExpectedAttestation | null): Promise<EvidenceFinding>;
}
