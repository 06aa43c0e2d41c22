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
	/** Looks only at what was appended since the run began. Never throws: a transcript that can't be read gives `none`. */
	confirm(expected: ExpectedBracket): Promise<EvidenceFinding>;
}
