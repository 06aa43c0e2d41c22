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
	/** Digest of each step of the prompt with this name here, by its number; `null`: it is no prompt that can be read. */
	readonly stepsOf: (name: string) => ReadonlyMap<number, string> | null;
}

/** Asks of each statement whether it is one, who signed it, and whether it is about the files that are here. */
export function verifyBundle(
	lines: readonly BundleLine[],
	facts: BundleFacts,
	signatures: Signatures,
): readonly BundleCheck[] {
	const known = verifiedPrompts(lines);
	const checks = lines.flatMap((line): readonly BundleCheck[] => {
		const { statement } = line;
		// A bundle may hold what other tools attest; the specification wants it left alone.
		if (statement === null || !OURS.includes(statement.predicateType))
			return [{ line: line.line, name: 'statement', answer: 'unknown', detail: `left alone: ${strangerOf(line)}` }];
		return [
			{ line: line.line, name: 'statement', answer: 'ok', detail: statement.predicateType },
			signatureCheck(line, facts.publicKey, signatures),
			...statement.subject.map((subject) => subjectCheck(line.line, subject, known, facts)),
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
	known: ReadonlyMap<string, VerifiedPrompt>,
	{ digestOf, stepsOf }: BundleFacts,
): BundleCheck {
	const found = digestOf(name);
	const check = (answer: BundleCheck['answer'], detail: string): BundleCheck => ({ line, name, answer, detail });
	if (found === null) return check('wrong', 'there is no such file here');
	if (found === sha256) return check('ok', `as it was verified, sha256 ${sha256}`);
	const prompt = known.get(`${name} ${sha256}`);
	if (found === prompt?.sha256After) return check('ok', `as the run left it with its counts, sha256 ${found}`);
	const what = prompt ? describeChange(prompt, stepsOf(name)) : '';
	return check('wrong', `it was changed since${what}: sha256 ${found} instead of ${sha256}`);
}

/** Whether it matters: counts and text around the steps change often, what was verified seldom. */
function describeChange({ steps }: VerifiedPrompt, here: ReadonlyMap<number, string> | null): string {
	if (here === null || !Array.isArray(steps)) return '';
	const changed = (steps as readonly (VerifiedStep | null)[]).flatMap((step) =>
		here.get(Number(step?.number)) === step?.digest ? [] : [String(step?.number)],
	);
	return changed.length === 0 ? ', its steps are as they were verified' : `, also step ${changed.join(', ')}`;
}

/** What a statement of ours claims of a prompt, unchecked. */
interface VerifiedPrompt {
	readonly file?: unknown;
	readonly sha256?: unknown;
	readonly sha256After?: unknown;
	readonly steps?: unknown;
}

interface VerifiedStep {
	readonly number?: unknown;
	readonly digest?: unknown;
}

/** What our own predicate tells of the prompts, by file and digest; both statements are about the same files. */
function verifiedPrompts(lines: readonly BundleLine[]): ReadonlyMap<string, VerifiedPrompt> {
	const prompts = lines.flatMap(({ statement }) =>
		statement?.predicateType === STEPS_TYPE && Array.isArray(statement.predicate.prompts)
			? (statement.predicate.prompts as readonly (VerifiedPrompt | null)[])
			: [],
	);
	return new Map(prompts.flatMap((prompt) => (prompt ? [[`${prompt.file} ${prompt.sha256}`, prompt]] : [])));
}
