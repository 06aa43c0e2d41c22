import type { Attestation } from '../core/attestation.ts';
import { isAppError } from '../core/errors.ts';
import type { Files } from '../core/ports.ts';
import { decodeUtf8 } from '../core/utf8.ts';
import { KEYS_FILE, parseTrustedKeys, type TrustedKey } from '../ledger/audit-keys.ts';
import type { EvidenceFinding } from './evidence-source.ts';

/**
 * Reads whose results count: `keys.json` beside the ledgers.
 *
 * @param folder - Of the ledgers.
 * @returns `null`: there is no list, so any valid signature counts. A list that can't be read trusts nobody.
 */
export async function readTrustedKeys(
	folder: string,
	files: Pick<Files, 'read'>,
): Promise<readonly TrustedKey[] | null> {
	try {
		return parseTrustedKeys(decodeUtf8(await files.read(`${folder}/${KEYS_FILE}`)) ?? '').keys;
	} catch (error) {
		if (isAppError(error) && error.code === 'FILE_MISSING') return null;
		if (isAppError(error)) return [];
		throw error;
	}
}

/**
 * Asks whether the key that signed is one of the team's: otherwise what is `signed` proves no more than `bound`.
 *
 * @param trusted - `null`: any key is.
 */
export function weighKey(
	finding: EvidenceFinding,
	attestation: Attestation | null,
	trusted: readonly TrustedKey[] | null,
): EvidenceFinding {
	if (finding.level !== 'signed' || attestation === null || trusted === null) return finding;
	const { public_key, statement } = attestation;
	const entries = trusted.filter(({ key }) => key === public_key);
	const [known] = entries;
	const detail = known ? `${known.name}: ${public_key}` : public_key;
	const checks = [...finding.checks, { name: 'key is on the list of trusted keys', isOk: known !== undefined, detail }];
	if (!known) return { ...finding, level: 'bound', checks, reason: 'unknown-key' };
	const isValid = entries.some(
		({ notBeforeMs, notAfterMs }) => notBeforeMs <= statement.ended_at && statement.ended_at <= notAfterMs,
	);
	const ended = new Date(statement.ended_at).toISOString();
	const all = [...checks, { name: 'key was valid at that time', isOk: isValid, detail: `${known.name}, ${ended}` }];
	return isValid ? { ...finding, checks: all } : { ...finding, level: 'bound', checks: all, reason: 'stale-key' };
}
