import type { Evidence, Reason } from '../core/outcomes.ts';
import type { Bracket } from './transcript-reader.ts';

/** What must stand in the transcript if an execution really happened. */
export interface ExpectedBracket {
	readonly executionId: string;
	readonly marker: string;
	/** Of the command text that was sent, 64 hex digits. */
	readonly commandSha256: string;
	/** Of the raw output that was received, 64 hex digits. */
	readonly outputSha256: string;
	readonly exitCode: number | null;
	readonly signal: string | null;
	/** Milliseconds since the Unix epoch; an earlier bracket is a replay. */
	readonly notBeforeMs: number;
	/** True when the command text holds the marker: then anything that prints its command prints the marker. Default: it does not. */
	readonly isMarkerInCommand?: boolean;
}

/** One question that was asked of a bracket. */
export interface EvidenceCheck {
	readonly name: string;
	readonly isOk: boolean;
	/** One phrase: what was found. */
	readonly detail: string;
}

/** What a bracket proves. */
export interface BracketJudgement {
	readonly level: Evidence;
	/** In order, up to the first that failed. */
	readonly checks: readonly EvidenceCheck[];
	/** `null` exactly when the level is `bound`. */
	readonly reason: Extract<Reason, 'no-marker' | 'no-bracket' | 'cut-bracket' | 'digest-differs'> | null;
}

/** Words of a detail, in one piece: V8 keeps the pieces of what is concatenated, and details are kept by the thousand. */
export const toPhrase = (...words: readonly string[]): string => words.join(' ');

type Question = EvidenceCheck & { readonly reason: Exclude<BracketJudgement['reason'], null> };

/**
 * Judges what a transcript holds of one execution.
 *
 * @returns `bound` when one whole bracket of this very execution carries its marker, command, output and end; `printed` when only
 *   output holds the marker; `claimed` when it only stands in a bracket that is not whole or not this one's, or in the command;
 *   `none` when it is nowhere.
 * @see docs/evidence.md
 */
export function judgeBracket(bracket: Bracket, expected: ExpectedBracket): BracketJudgement {
	const checks: EvidenceCheck[] = [];
	for (const { reason, name, isOk, detail } of ask(bracket, expected)) {
		checks.push({ name, isOk, detail });
		if (!isOk) return { level: lesserLevel(bracket, expected), checks, reason };
	}
	return { level: 'bound', checks, reason: null };
}

function lesserLevel(bracket: Bracket, expected: ExpectedBracket): Evidence {
	const isInBracket = [...bracket.started, ...bracket.completed].some((record) => record.marker === expected.marker);
	if (expected.isMarkerInCommand === true) return isInBracket || bracket.isMarkerPrinted ? 'claimed' : 'none';
	if (bracket.isMarkerPrinted) return 'printed';
	return isInBracket ? 'claimed' : 'none';
}

/** Later questions take the answers of earlier ones for granted. */
function* ask({ started, completed, isMarkerPrinted }: Bracket, expected: ExpectedBracket): Generator<Question> {
	const [start] = started;
	const [end] = completed;
	yield {
		name: 'command is free of the marker',
		isOk: expected.isMarkerInCommand !== true,
		detail: expected.isMarkerInCommand === true ? 'the command text holds the marker' : 'it is only in the environment',
		reason: 'no-marker',
	};
	if (start === undefined) {
		yield {
			name: 'bracket was opened',
			isOk: false,
			detail: `no execution-started record of ${expected.executionId}`,
			reason: isMarkerPrinted ? 'no-bracket' : 'no-marker',
		};
		return;
	}
	yield { name: 'bracket was opened', isOk: true, detail: toPhrase('at', start.at), reason: 'no-bracket' };
	if (end === undefined) {
		const detail = `no execution-completed record of ${expected.executionId}`;
		yield { name: 'bracket was closed', isOk: false, detail, reason: 'cut-bracket' };
		return;
	}
	yield { name: 'bracket was closed', isOk: true, detail: toPhrase('at', end.at), reason: 'cut-bracket' };
	yield {
		name: 'bracket is the only one',
		isOk: started.length === 1 && completed.length === 1,
		detail: `${started.length} opened, ${completed.length} closed`,
		reason: 'digest-differs',
	};
	yield* same('marker is the same', [start.marker, end.marker], expected.marker, 'no-marker');
	yield {
		name: 'within the run',
		isOk: Date.parse(start.at) >= expected.notBeforeMs && Date.parse(end.at) >= expected.notBeforeMs,
		detail: toPhrase(start.at, 'to', `${end.at},`, 'the run began at', new Date(expected.notBeforeMs).toISOString()),
		reason: 'no-bracket',
	};
	yield* same(
		'command digest is the same',
		[start.command_sha256, end.command_sha256],
		expected.commandSha256,
		'digest-differs',
	);
	yield {
		name: 'no output was dropped',
		isOk: end.dropped_bytes === 0,
		detail: `${end.dropped_bytes} of ${end.bytes} bytes`,
		reason: 'cut-bracket',
	};
	yield* same('output digest is the same', [end.output_sha256], expected.outputSha256, 'digest-differs');
	yield* same(
		'end is the same',
		[endOf(end.exit_code, end.signal)],
		endOf(expected.exitCode, expected.signal),
		'digest-differs',
	);
}

function* same(
	name: string,
	found: readonly (string | null)[],
	wanted: string,
	reason: Question['reason'],
): Generator<Question> {
	const other = found.find((value) => value !== wanted);
	const isOk = other === undefined;
	yield {
		name,
		isOk,
		detail: isOk ? wanted : `${other ?? 'none'} instead of ${wanted}`,
		reason,
	};
}

const endOf = (exitCode: number | null, signal: string | null): string =>
	exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`;
