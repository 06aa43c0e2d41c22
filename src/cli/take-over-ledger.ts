import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { AppError } from '../core/errors.ts';
import { makeFolders } from '../host/make-folders.ts';
import { type LedgerPaths, resolveLedgerPaths } from '../ledger/ledger-paths.ts';
import { loadLedger } from '../ledger/load-ledger.ts';
import { renameLedger } from '../ledger/open-ledger.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import type { AuditMachine } from './audit-document.ts';

/**
 * Takes the ledger of a prompt over to its new name, and says so in it: otherwise it would be taken for one that was copied. Files that were
 * moved by hand already are left where they are.
 *
 * @param from - Path that the prompt had.
 * @param prompts - What the command names: the one prompt as it is called now.
 * @throws {AppError} `USAGE`: the old prompt is still there, it has no ledger, or the new one has one of its own. `LEDGER_BROKEN`.
 */
export async function takeOverLedger(from: string, prompts: readonly string[], machine: AuditMachine): Promise<void> {
	const [to] = prompts;
	if (to === undefined || prompts.length > 1)
		throw refuse(from, 'several prompts are named', 'Name the prompt as it is called now, and no other');
	if (!existsSync(to)) throw refuse(from, `${to} does not exist`, 'Rename the prompt first');
	if (existsSync(from))
		throw refuse(from, 'it is still there', 'Let a copy begin a ledger of its own: run it, and it will');
	const past = resolveLedgerPaths(await machine.journals.resolve(from));
	const present = resolveLedgerPaths(await machine.journals.resolve(to));
	const isMoved = existsSync(present.ledger);
	if (isMoved && existsSync(past.ledger))
		throw refuse(from, `${to} has a ledger of its own`, `Keep one of ${past.ledger} and ${present.ledger}`);
	if (!isMoved && !existsSync(past.ledger))
		throw refuse(from, 'it has no ledger', 'Let the next run begin one with the counts of the prompt');
	await checkIntact(isMoved ? present : past, machine);
	if (!isMoved) await moveFiles(past, present);
	await renameLedger(to, machine);
}

const refuse = (from: string, why: string, advice: string): AppError =>
	new AppError('USAGE', `Cannot take over the ledger of ${from}: ${why}`, { advice });

/** Nothing is moved that could not be renamed then. */
async function checkIntact(paths: LedgerPaths, { journals, hashes }: AuditMachine): Promise<void> {
	const { findings, newer, owner } = readLedger(await loadLedger(paths, journals), hashes);
	const bad = findings.find(({ isNote }) => !isNote);
	if (bad === undefined && newer === null && owner !== null) return;
	const why = bad ? `${bad.place.file}:${bad.place.line}: ${bad.message}` : 'it can not be read';
	throw new AppError('LEDGER_BROKEN', `Cannot take over ${paths.ledger}: ${why}`, {
		advice: bad?.advice ?? 'Restore it from version control',
	});
}

/** The heads last: until then the ledger in its new place lacks them, and is no good. */
async function moveFiles(past: LedgerPaths, present: LedgerPaths): Promise<void> {
	makeFolders(present.folder);
	for (let number = 1; existsSync(past.segment(number)); number += 1)
		await rename(past.segment(number), present.segment(number));
	await rename(past.ledger, present.ledger);
	if (existsSync(past.heads)) await rename(past.heads, present.heads);
}
