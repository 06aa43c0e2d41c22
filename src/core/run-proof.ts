import { formatCanonicalJson } from './canonical-json.ts';
import type { PromptResult } from './events.ts';
import { isMarker, type Marker, type RunId } from './ids.ts';
import type { Hashes } from './ports.ts';

const LINE =
	/^verify-proof\/1 run=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) marker=([A-Za-z0-9_]{1,110}) results=([0-9a-f]{64})$/;

/**
 * What a run says of itself with its last line. An agent that ran `verify` carries the line in the transcript of its session, where
 * `verify confirm` finds it.
 */
export interface RunProof {
	readonly run: RunId;
	/** Of the run itself, made when it began and told nobody before its end; nothing that was written earlier can hold it. */
	readonly marker: Marker;
	/** Of {@link digestRunResults}, 64 hex digits: ties the line to what the run found. */
	readonly results: string;
}

/**
 * Writes the proof as the one line that a run prints last, that `run.json` keeps as `proof`, and that `verify confirm` looks for.
 *
 * @returns Printable ASCII without quotes and backslashes, at most 260 characters, no newline: it stands in JSON as it is.
 */
export const formatRunProof = ({ run, marker, results }: RunProof): string =>
	`verify-proof/1 run=${run} marker=${marker} results=${results}`;

/**
 * Reads a line of {@link formatRunProof}.
 *
 * @returns `null` for anything else: a part of a line, a line with something before or behind it.
 */
export function parseRunProof(line: string): RunProof | null {
	const [, run = '', marker = '', results = ''] = LINE.exec(line) ?? [];
	return isMarker(marker) ? { run: run as RunId, marker, results } : null;
}

/**
 * Digests what a run found: of each attempt the execution, its marker, its end and its output. Whoever changes a result in `run.json`
 * changes the digest.
 *
 * @param prompts - In any order.
 * @returns 64 hex digits in lower case.
 */
export function digestRunResults(prompts: readonly PromptResult[], hashes: Hashes): string {
	const results = prompts.map(({ file, steps }) => ({
		file,
		steps: steps.map(({ number, command, outcome, reason, attempts }) => ({
			number,
			command,
			outcome,
			reason,
			attempts: attempts.map((attempt) => ({
				execution: attempt.executionId,
				marker: attempt.marker,
				outcome: attempt.outcome,
				evidence: attempt.evidence,
				exit_code: attempt.exitCode,
				signal: attempt.signal,
				bytes: attempt.output.bytes,
				output_sha256: attempt.output.sha256,
			})),
		})),
	}));
	const texts = results.map((prompt) => formatCanonicalJson(prompt)).sort();
	return hashes.sha256(`[${texts.join(',')}]`);
}
