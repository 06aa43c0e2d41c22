import { formatCanonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import type { Signer } from '../../core/ports.ts';
import { type OpenEnvelope, openEnvelope, PAYLOAD_TYPE, signEnvelope } from './dsse.ts';
import { STATEMENT_TYPE, type Statement } from './statement.ts';

/** One line of a bundle. */
export interface BundleLine {
	/** From 1. */
	readonly line: number;
	/** `null`: it is no statement of version 1, and why. */
	readonly statement: Statement | null;
	readonly problem: string | null;
	/** `null`: the statement stands there unsigned. */
	readonly envelope: OpenEnvelope | null;
}

/**
 * Writes statements as an in-toto bundle: JSON lines, an envelope each where a signer is given, the plain statement else.
 *
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/bundle.md
 */
export function formatBundle(statements: readonly Statement[], signer: Signer | null): string {
	const lines = statements.map((statement) => {
		const payload = formatCanonicalJson(statement as unknown as JsonValue);
		return signer === null ? payload : JSON.stringify(signEnvelope(payload, signer));
	});
	return `${lines.join('\n')}\n`;
}

/** Reads a bundle, or a file with one envelope or statement; never throws, whatever the text. Blank lines are left out. */
export function parseBundle(text: string): readonly BundleLine[] {
	const whole = parseJson(text);
	// An envelope in a file of its own may be written over several lines.
	if (whole !== undefined) return [readLine(whole, 1)];
	return text
		.split('\n')
		.map((line, index) => ({ line, number: index + 1 }))
		.filter(({ line }) => line.trim() !== '')
		.map(({ line, number }) => readLine(parseJson(line), number));
}

function readLine(value: unknown, line: number): BundleLine {
	const envelope = openEnvelope(value);
	const broken = (problem: string): BundleLine => ({ line, statement: null, problem, envelope });
	if (value === undefined) return broken('it is no JSON');
	if (envelope !== null && envelope.payloadType !== PAYLOAD_TYPE)
		return broken(`its payload is ${envelope.payloadType}, not ${PAYLOAD_TYPE}`);
	const statement = envelope === null ? value : parseJson(envelope.payload);
	return isStatement(statement)
		? { line, statement, problem: null, envelope }
		: broken(`it holds no statement of ${STATEMENT_TYPE}`);
}

function isStatement(value: unknown): value is Statement {
	if (!isObject(value) || value._type !== STATEMENT_TYPE || typeof value.predicateType !== 'string') return false;
	const { subject, predicate } = value;
	return isObject(predicate) && Array.isArray(subject) && subject.length > 0 && subject.every(isSubject);
}

const isSubject = (value: unknown): boolean =>
	isObject(value) &&
	typeof value.name === 'string' &&
	isObject(value.digest) &&
	typeof value.digest.sha256 === 'string';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns `undefined` when it is no JSON. */
function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
