import { formatCanonicalJson } from './canonical-json.ts';
import type { Signatures } from './ports.ts';

/** What an executor says of an execution's end; all fields are always there, `null` where there was none. */
export interface AttestationStatement {
	readonly v: 1;
	readonly execution_id: string;
	readonly marker: string | null;
	/** What the caller named as that which the command is about, such as the digest of a step; opaque to the executor. */
	readonly subject: string | null;
	/** Over the UTF-8 of the command text, 64 hex digits. */
	readonly command_sha256: string;
	/** 0 to 255, or minus the number of the signal that ended the command. */
	readonly exit_code: number | null;
	readonly signal: string | null;
	/** Over the raw bytes of both streams in the order they were read, 64 hex digits. */
	readonly output_sha256: string;
	/** Of both streams, what was dropped among them. */
	readonly bytes: number;
	readonly dropped_bytes: number;
	/** Of the direct child, milliseconds since the Unix epoch. */
	readonly started_at: number;
	readonly ended_at: number;
}

/** A statement with the executor's signature, as it stands in messages and files. */
export interface Attestation {
	readonly algorithm: 'Ed25519';
	/** 32 raw bytes in base64url without padding: the `x` of a JWK. */
	readonly public_key: string;
	readonly statement: AttestationStatement;
	/** 64 raw bytes in base64url without padding, over the UTF-8 of {@link formatStatement}. */
	readonly signature: string;
}

/**
 * Writes the text that is signed: the statement's own fields in their canonical form, whatever else stands beside them.
 *
 * @see docs/protocol.md, RFC 8785
 */
export function formatStatement(statement: AttestationStatement): string {
	return formatCanonicalJson({
		v: statement.v,
		execution_id: statement.execution_id,
		marker: statement.marker,
		subject: statement.subject,
		command_sha256: statement.command_sha256,
		exit_code: statement.exit_code,
		signal: statement.signal,
		output_sha256: statement.output_sha256,
		bytes: statement.bytes,
		dropped_bytes: statement.dropped_bytes,
		started_at: statement.started_at,
		ended_at: statement.ended_at,
	});
}

/**
 * Checks who said it: that a statement is signed with a trusted key, and unchanged since. Whether it is about the execution in question
 * is for the caller to compare, field by field.
 *
 * @param publicKey - Of the executor that is trusted, from `connected`, `/health` or a file; the attestation's own proves nothing.
 * @returns False also when the attestation names another key or algorithm.
 */
export function isAttested(attestation: Attestation, publicKey: string, signatures: Signatures): boolean {
	const { algorithm, public_key, statement, signature } = attestation;
	if (algorithm !== 'Ed25519' || public_key !== publicKey) return false;
	let text: string;
	try {
		text = formatStatement(statement);
	} catch {
		// What has no canonical form was never signed.
		return false;
	}
	return signatures.verify({ text, signature, publicKey });
}
