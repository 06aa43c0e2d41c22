import { type Attestation, isAttested } from '../core/attestation.ts';
import type { Reason } from '../core/outcomes.ts';
import type { Signatures } from '../core/ports.ts';
import { type EvidenceCheck, type ExpectedBracket, toPhrase } from './judge-bracket.ts';

/** Who is believed, and what they must have signed. */
export interface ExpectedAttestation {
	/** Of the executor that was asked, as it announced it before the run: the 32 bytes in base64url. */
	readonly publicKey: string;
	/** As it was sent; `null`: none was. */
	readonly subject: string | null;
	/** As the executor told them on the wire. */
	readonly bytes: number;
	/** Milliseconds since the Unix epoch. */
	readonly notAfterMs: number;
	/** How far the executor's clock may differ from ours, milliseconds. */
	readonly clockToleranceMs: number;
}

/** What an attestation proves beside its bracket. */
export interface AttestationJudgement {
	/** In order, up to the first that failed. */
	readonly checks: readonly EvidenceCheck[];
	/** `null` exactly when all is well. */
	readonly reason: Extract<Reason, 'no-signature' | 'bad-signature' | 'attestation-mismatch'> | null;
}

type Question = EvidenceCheck & { readonly reason: Exclude<AttestationJudgement['reason'], null> };

/**
 * Judges the executor's signed word on one execution: who signed, and then field by field what.
 *
 * @param attestation - As it was found in the bracket; anything, since a file can hold anything.
 * @see docs/evidence.md
 */
export function judgeAttestation(
	attestation: Attestation | null | undefined,
	bracket: ExpectedBracket,
	expected: ExpectedAttestation,
	signatures: Signatures,
): AttestationJudgement {
	const checks: EvidenceCheck[] = [];
	for (const { reason, name, isOk, detail } of ask(attestation, bracket, expected, signatures)) {
		checks.push({ name, isOk, detail });
		if (!isOk) return { checks, reason };
	}
	return { checks, reason: null };
}

/** Later questions take the answers of earlier ones for granted. */
function* ask(
	attestation: Attestation | null | undefined,
	bracket: ExpectedBracket,
	expected: ExpectedAttestation,
	signatures: Signatures,
): Generator<Question> {
	if (attestation === null || attestation === undefined) {
		const detail = `no attestation in the bracket, the executor announced the key ${expected.publicKey}`;
		yield { name: 'end is signed', isOk: false, detail, reason: 'no-signature' };
		return;
	}
	const key = attestation.public_key;
	yield {
		name: 'key is the same',
		isOk: key === expected.publicKey,
		detail: key === expected.publicKey ? key : `${key} instead of ${expected.publicKey}`,
		reason: 'bad-signature',
	};
	const isSigned = isAttested(attestation, expected.publicKey, signatures);
	const detail = isSigned ? 'over the statement' : 'it is not of this statement and key';
	yield { name: 'signature is right', isOk: isSigned, detail, reason: 'bad-signature' };
	const { statement } = attestation;
	yield same('signed execution is the same', statement.execution_id, bracket.executionId);
	yield same('signed marker is the same', statement.marker, bracket.marker);
	yield same('signed command digest is the same', statement.command_sha256, bracket.commandSha256);
	yield same('signed subject is the same', statement.subject, expected.subject);
	yield same('signed signal is the same', statement.signal, bracket.signal);
	// Where a signal ended the command, the exit code is minus its number, which differs between systems.
	if (bracket.signal === null) yield same('signed exit code is the same', statement.exit_code, bracket.exitCode);
	yield same('signed output digest is the same', statement.output_sha256, bracket.outputSha256);
	yield same('signed number of bytes is the same', statement.bytes, expected.bytes);
	yield same('signed number of dropped bytes is the same', statement.dropped_bytes, 0);
	yield isWithin(statement, bracket.notBeforeMs, expected);
}

function same(name: string, found: string | number | null, wanted: string | number | null): Question {
	const isOk = found === wanted;
	const detail = isOk ? String(wanted ?? 'none') : `${found ?? 'none'} instead of ${wanted ?? 'none'}`;
	return { name, isOk, detail, reason: 'attestation-mismatch' };
}

function isWithin(
	{ started_at, ended_at }: Attestation['statement'],
	notBeforeMs: number,
	{ notAfterMs, clockToleranceMs }: ExpectedAttestation,
): Question {
	// The wall clock is read in whole milliseconds or finer: the executor rounds down.
	const earliest = Math.floor(notBeforeMs) - clockToleranceMs;
	const latest = notAfterMs + clockToleranceMs;
	return {
		name: 'signed times are within the run',
		isOk: earliest <= started_at && started_at <= ended_at && ended_at <= latest,
		detail: toPhrase(
			iso(started_at),
			'to',
			`${iso(ended_at)},`,
			'the run asked at',
			iso(notBeforeMs),
			'and heard the end at',
			iso(notAfterMs),
		),
		reason: 'attestation-mismatch',
	};
}

/** A signed number may be no moment at all. */
const iso = (ms: number): string => {
	const date = new Date(ms);
	return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
};
