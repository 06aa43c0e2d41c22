const SECRET_NAME =
	/TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|COOKIE|WEBHOOK|(?:^|_)(?:API|ACCESS|PRIVATE|SIGNING|ENCRYPTION)?_?KEY(?:$|_)|(?:^|_)AUTH(?:$|_)|(?:^|_)DSN$|CONNECTION_?STRING|(?:DATABASE|DB|REDIS|MONGO\w*|AMQP|POSTGRES\w*)_UR[IL]$/i;

/** A value shorter than this would blot half of any text, and protects nothing. */
const SHORTEST = 4;

/**
 * Collects the values of variables whose names look secret.
 *
 * @returns Without those that are shorter than 4 characters.
 */
export const findSecrets = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
	Object.entries(env).flatMap(([name, value]) =>
		value !== undefined && value.length >= SHORTEST && SECRET_NAME.test(name) ? [value] : [],
	);

/** Shapes that services give their tokens; what stands in a group named `keep` is not secret. */
const SHAPES: readonly RegExp[] = [
	// A private key in PEM, also one whose begin or end was cut off.
	/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
	/^[\s\S]*-----END [A-Z0-9 ]*PRIVATE KEY-----/g,
	/\bgh[pousr]_[A-Za-z0-9]{20,}/g,
	/\bgithub_pat_[A-Za-z0-9_]{20,}/g,
	/\bglpat-[A-Za-z0-9_-]{16,}/g,
	/\bnpm_[A-Za-z0-9]{30,}/g,
	/\bpypi-[A-Za-z0-9_-]{30,}/g,
	/\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
	/\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{20,}/g,
	/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
	/\bAIza[0-9A-Za-z_-]{30,}/g,
	/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g,
	/(?<keep>\b(?:Bearer|Basic|Token)\s+)(?=\S*\d)[A-Za-z0-9+/=._~-]{12,}/gi,
	/(?<keep>\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s@/]+(?=@)/gi,
	/(?<keep>\b[\w-]*(?:password|passwd|passphrase|secret|token|api[-_]?key|access[-_]?key)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi,
];

const BLOT = '***';

/**
 * Blots secrets out of a text: the given values, also where JSON or a URL escaped them and line by line, and what has the shape of
 * well-known tokens.
 *
 * @param secrets - Values, such as those of {@link findSecrets}.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
	const forms = new Set(secrets.flatMap(formsOf).filter((form) => form.length >= SHORTEST));
	// The longest first: a secret may be part of another.
	const known = [...forms].sort((a, b) => b.length - a.length);
	const masked = known.reduce((rest, secret) => rest.replaceAll(secret, BLOT), text);
	return SHAPES.reduce((rest, shape) => rest.replace(shape, blot), masked);
}

const formsOf = (secret: string): readonly string[] => [
	secret,
	...secret.split(/\r?\n/).map((line) => line.trim()),
	JSON.stringify(secret).slice(1, -1),
	encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\uFFFD')),
];

function blot(...match: unknown[]): string {
	const groups = match.at(-1);
	const keep = typeof groups === 'object' && groups !== null && 'keep' in groups ? groups.keep : '';
	return `${typeof keep === 'string' ? keep : ''}${BLOT}`;
}
