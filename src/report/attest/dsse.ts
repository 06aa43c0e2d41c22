import type { Signatures, Signer } from '../../core/ports.ts';
import { decodeUtf8, encodeUtf8 } from '../../core/utf8.ts';
import { decodeBase64, encodeBase64, toBase64Url } from './base64.ts';

/** What the payload of an in-toto envelope is. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A signed payload, as it stands in a file. */
export interface Envelope {
	readonly payloadType: string;
	/** The text in base64. */
	readonly payload: string;
	readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** An envelope that was read; whether its signatures are right is another question. */
export interface OpenEnvelope {
	readonly payloadType: string;
	readonly payload: string;
	/** `sig` in base64url without padding. */
	readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/**
 * Writes what is signed, so that type and payload can't be taken for each other.
 *
 * @returns A text whose UTF-8 is the PAE.
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md
 */
export function formatPae(payloadType: string, payload: string): string {
	return `DSSEv1 ${encodeUtf8(payloadType).length} ${payloadType} ${encodeUtf8(payload).length} ${payload}`;
}

/** Signs a payload. The `keyid` is the public key in base64url: a hint, never a proof. */
export function signEnvelope(payload: string, signer: Signer, payloadType: string = PAYLOAD_TYPE): Envelope {
	const signature = decodeBase64(signer.sign(formatPae(payloadType, payload))) ?? new Uint8Array();
	return {
		payloadType,
		payload: encodeBase64(encodeUtf8(payload)),
		signatures: [{ keyid: signer.publicKey(), sig: encodeBase64(signature) }],
	};
}

/**
 * Reads an envelope; never throws, whatever the value.
 *
 * @returns `null` when it is none, or its payload is not UTF-8.
 */
export function openEnvelope(value: unknown): OpenEnvelope | null {
	if (!isObject(value)) return null;
	const { payloadType, payload, signatures } = value;
	if (typeof payloadType !== 'string' || typeof payload !== 'string' || !Array.isArray(signatures)) return null;
	const bytes = decodeBase64(payload);
	const text = bytes && decodeUtf8(bytes);
	if (text === null) return null;
	const read = signatures.map(readSignature);
	return read.includes(null) ? null : { payloadType, payload: text, signatures: read.filter((one) => one !== null) };
}

/**
 * Checks who signed.
 *
 * @param publicKey - The 32 bytes in base64url.
 * @returns True when one of the signatures is of this key over exactly this type and payload.
 */
export function isSignedBy(envelope: OpenEnvelope, publicKey: string, signatures: Signatures): boolean {
	const text = formatPae(envelope.payloadType, envelope.payload);
	return envelope.signatures.some(({ sig }) => signatures.verify({ text, signature: sig, publicKey }));
}

function readSignature(value: unknown): OpenEnvelope['signatures'][number] | null {
	if (!isObject(value) || typeof value.sig !== 'string') return null;
	const bytes = decodeBase64(value.sig);
	if (bytes === null) return null;
	return { keyid: typeof value.keyid === 'string' ? value.keyid : '', sig: toBase64Url(encodeBase64(bytes)) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
