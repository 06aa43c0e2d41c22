import { maskSecrets } from '../core/secrets.ts';

/** What is looked at of a long output: a secret that this cuts in two is far from the lines that are kept. */
const LOOKED_AT = 16_384;
const LONGEST = 400;

/**
 * Takes the last lines of an output for the ledger, secrets masked.
 *
 * @param secrets - Values to blot out beside what looks like one.
 * @returns At most 400 characters, whole lines where that leaves any; no halves of surrogate pairs.
 */
export function createExcerpt(output: string, secrets: readonly string[]): string {
	const masked = maskSecrets(output.slice(-LOOKED_AT), secrets).trimEnd();
	const wellFormed = masked.slice(-LONGEST).replace(/\p{Surrogate}/gu, '\uFFFD');
	if (masked.length <= LONGEST) return wellFormed;
	const firstEnd = wellFormed.indexOf('\n');
	return firstEnd < 0 ? wellFormed : wellFormed.slice(firstEnd + 1);
}
