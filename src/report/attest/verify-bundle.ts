import type { Signatures } from '../../core/ports.ts';
import type { BundleLine } from './bundle.ts';
import { isSignedBy } from './dsse.ts';
import { STEPS_TYPE, type Statement, TEST_RESULT_TYPE } from './statement.ts';

/** One question that was asked of a bundle. */
export interface BundleCheck {
	/** Of the bundle, from 1. */
	readonly line: number;
	readonly name: string;
	/** `unknown`: it could not be asked. */
	readonly answer: 'ok' | 'wrong' | 'unknown';
	/** One phrase: what was found. */
	readonly detail: string;
}

/** What a bundle is compared with. */
export interface BundleFacts {
	/** The 32 bytes in base64url; `null`: nobody is trusted, signatures are not asked for. */
	readonly publicKey: string | null;
	/** SHA-256 of the file with this name here; `null`: there is none. */
	readonly digestOf: (name: string) => string | null;
}

/** Asks of each statement whether it is one, who signed it, and whether it is about the files that are here. */
export function verifyBundle(
	lines: readonly BundleLine[],
	facts: BundleFacts,
	signatures: Signatures,
): readonly BundleCheck[] {
	const left = digestsLeft(lines);
	const checks = lines.flatMap((line): readonly BundleCheck[] => {
		const { statement } = line;
		// A bundle may hold what other tools attest; the specification wants it left alone.
		if (statement === null || !OURS.includes(statement.predicateType))
			return [{ line: line.line, name: 'statement', answer: 'unknown', detail: `left alone: ${strangerOf(line)}` }];
		return [
			{ line: line.line, name: 'statement', answer: 'ok', detail: statement.predicateType },
			signatureCheck(line, facts.publicKey, signatures),
			...statement.subject.map((subject) => subjectCheck(line.line, subject, left, facts)),
		];
	});
	if (checks.some(({ name, answer }) => name === 'statement' && answer === 'ok')) return checks;
	const detail = `there is none of ${OURS.join(' or ')}`;
	return [...checks, { line: Math.max(1, lines.length), name: 'statement', answer: 'wrong', detail }];
}

const OURS: readonly string[] = [TEST_RESULT_TYPE, STEPS_TYPE];

const strangerOf = ({ statement, problem }: BundleLine): string => problem ?? statement?.predicateType ?? 'unknown';

function signatureCheck({ line, envelope }: BundleLine, publicKey: string | null, signatures: Signatures): BundleCheck {
	const check = (answer: BundleCheck['answer'], detail: string): BundleCheck => ({
		line,
		name: 'signature',
		answer,
		detail,
	});
	if (envelope === null) {
		return publicKey === null ? check('unknown', 'it is not signed') : check('wrong', 'it is not signed');
	}
	const keys = envelope.signatures.map(({ keyid }) => keyid || 'a key without a name').join(', ');
	if (publicKey === null) return check('unknown', `signed by ${keys || 'nobody'}, not checked: give --public-key`);
	if (isSignedBy(envelope, publicKey, signatures)) return check('ok', `of ${publicKey}`);
	return check('wrong', `no signature of ${publicKey} is right; it names ${keys || 'nobody'}`);
}

function subjectCheck(
	line: number,
	{ name, digest: { sha256 } }: Statement['subject'][number],
	left: ReadonlyMap<string, string>,
	{ digestOf }: BundleFacts,
): BundleCheck {
	const found = digestOf(name);
	const check = (answer: BundleCheck['answer'], detail: string): BundleCheck => ({ line, name, answer, detail });
	if (found === null) return check('wrong', 'there is no such file here');
	if (found === sha256) return check('ok', `as it was verified, sha256 ${sha256}`);
	if (found === left.get(`${name} ${sha256}`))
		return check('ok', `as the run left it with its counts, sha256 ${found}`);
	return check('wrong', `it was changed since: sha256 ${found} instead of ${sha256}`);
}

/** How the run left each prompt, which it tells in its own predicate; both statements are about the same files. */
function digestsLeft(lines: readonly BundleLine[]): ReadonlyMap<string, string> {
	const prompts = lines.flatMap(({ statement }) =>
		statement?.predicateType === STEPS_TYPE && Array.isArray(statement.predicate.prompts)
			? (statement.predicate.prompts as readonly Readonly<Record<string, unknown>>[])
			: [],
	);
	return new Map(prompts.map((prompt) => [`${prompt?.file} ${prompt?.sha256}`, String(prompt?.sha256After)]));
}
