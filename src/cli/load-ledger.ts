import { relative } from 'node:path';
import { AppError, isAppError } from '../core/errors.ts';
import type { Hashes, Journals } from '../core/ports.ts';
import type { GitHistory } from '../host/git-history.ts';
import { KEYS_FILE } from '../ledger/audit-keys.ts';
import type { LedgerReading, LedgerSource } from '../ledger/ledger.ts';
import { fileNameOf, type LedgerPaths, resolveLedgerPaths } from '../ledger/ledger-paths.ts';
import { loadLedger, loadSource } from '../ledger/load-ledger.ts';
import { readLedger } from '../ledger/read-ledger.ts';

/** The ledger of a prompt as it stands on the disk. */
export interface PromptLedgerFiles {
	readonly paths: LedgerPaths;
	/** Of the ledger, for people. */
	readonly shownPath: string;
	/** `null`: there is none, or it may not be read. */
	readonly reading: LedgerReading | null;
	/** Text of `keys.json` beside it; `null`: there is no such file. */
	readonly keys: string | null;
	/** Why it is not read: it is a symbolic link out of its folder; `null`: it is not. */
	readonly refusal: string | null;
}

/**
 * Reads the ledger of a prompt, without a lock.
 *
 * @param file - The prompt as the user gave it; links are followed.
 * @throws {AppError} `LEDGER_NEWER`; what reading the files throws.
 */
export async function readPromptLedger(
	file: string,
	{ journals, hashes }: { readonly journals: Journals; readonly hashes: Hashes },
): Promise<PromptLedgerFiles> {
	const paths = resolveLedgerPaths(await journals.resolve(file));
	const shownPath = show(paths.ledger);
	const nothing = { paths, shownPath, reading: null, keys: null, refusal: null };
	try {
		// Ten thousand prompts may have none, and each of their files would be looked for.
		if (!(await journals.hasFolder(paths.ledger))) return nothing;
		const found = await loadLedger(paths, journals);
		const keys = await loadSource(`${paths.folder}/${KEYS_FILE}`, journals);
		const isThere = found.sources.length > 0 || found.heads !== null;
		const reading = isThere ? readLedger(found, hashes, { prompt: paths.prompt }) : null;
		if (reading?.newer) throw newerError(show(`${paths.folder}/${reading.newer.file}`), reading.newer.line);
		return { ...nothing, reading, keys: keys && new TextDecoder().decode(keys.bytes) };
	} catch (error) {
		if (isAppError(error) && 'target' in error.data) return { ...nothing, refusal: error.message };
		throw error;
	}
}

/** Reads the ledger of a prompt as git has it at a revision: all of its files, also those that are gone. */
export async function readPastLedger(
	{ folder, prompt, ledger }: LedgerPaths,
	revision: string,
	{ history, hashes }: { readonly history: GitHistory; readonly hashes: Hashes },
): Promise<LedgerReading> {
	const numberOf = (name: string): number =>
		name === fileNameOf(ledger)
			? Number.POSITIVE_INFINITY
			: Number(
					(name.startsWith(`${prompt}.`) && /^(\d+)\.jsonl$/.exec(name.slice(prompt.length + 1))?.[1]) || Number.NaN,
				);
	const names = (await history.namesAt(folder, revision))
		.filter((name) => !Number.isNaN(numberOf(name)))
		.sort((a, b) => (numberOf(a) < numberOf(b) ? -1 : 1));
	const sources = await Promise.all(
		names.map(async (file): Promise<readonly LedgerSource[]> => {
			const bytes = await history.contentAt(`${folder}/${file}`, revision);
			return bytes === null ? [] : [{ file, bytes }];
		}),
	);
	return readLedger({ sources: sources.flat(), heads: null }, hashes);
}

function newerError(path: string, line: number): AppError {
	return new AppError('LEDGER_NEWER', `Cannot read ${path}: line ${line} was written by a newer version of verify`, {
		data: { path, line },
		advice: 'Use that version, or a newer one',
	});
}

function show(path: string): string {
	const short = relative(process.cwd(), path);
	return short.startsWith('..') ? path : short;
}
