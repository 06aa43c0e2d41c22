import type { Journals } from '../core/ports.ts';
import type { LedgerFiles, LedgerSource } from './ledger.ts';
import { fileNameOf, type LedgerPaths } from './ledger-paths.ts';

/**
 * Reads the files of a ledger, without a lock: runs may add to them meanwhile.
 *
 * @throws {AppError} `FILE_UNREADABLE`, `FILE_NOT_A_FILE`.
 */
export async function loadLedger(paths: LedgerPaths, journals: Journals): Promise<LedgerFiles> {
	for (;;) {
		// In this order: what the heads name stands in the ledger before they do.
		const heads = await loadSource(paths.heads, journals);
		const segments = await loadSegments(paths, journals);
		const ledger = await loadSource(paths.ledger, journals);
		// The ledger became a segment between both reads: its records would be missing.
		if ((await journals.read(paths.segment(segments.length + 1))) !== null) continue;
		return { sources: ledger === null ? segments : [...segments, ledger], heads };
	}
}

/** Oldest first. */
async function loadSegments(paths: LedgerPaths, journals: Journals): Promise<readonly LedgerSource[]> {
	const segments: LedgerSource[] = [];
	for (;;) {
		const next = await loadSource(paths.segment(segments.length + 1), journals);
		if (next === null) return segments;
		segments.push(next);
	}
}

/** @returns One file of a ledger; `null` when it is not there. */
export async function loadSource(path: string, journals: Journals): Promise<LedgerSource | null> {
	const bytes = await journals.read(path);
	return bytes === null ? null : { file: fileNameOf(path), bytes };
}
