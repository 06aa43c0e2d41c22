import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, linkSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileLock, LockLeftover } from './file-lock.ts';
import { inspectProcess } from './process-identity.ts';
import { removeQuietly } from './remove-quietly.ts';

interface Claim {
	readonly pid: number;
	/** Tells the holder from a later process with its number; `null` where the system hides it. */
	readonly startedAt: string | null;
	/** Makes every claim's text unlike every other's. */
	readonly nonce: string;
}

/** What may follow the lock's own name: a right (16 hex digits, nested ones too), or the draft of a process. */
const LITTER = /^(?:[0-9a-f]{16}\.)*(?:[0-9a-f]{16}|(\d+)\.[0-9a-f-]{36})$/;

/**
 * Tries once to take a lock that is a file naming its holder, for systems without the native module. A dead holder's claim is
 * taken over.
 *
 * @returns `null` while somebody else holds it.
 */
export function tryClaim(path: string): FileLock | null {
	const claim = createClaim();
	const present = readQuietly(path);
	if (present !== null) return isClaimHeld(present) ? null : takeOver(path, present, claim);
	if (!place(path, claim)) return null;
	removeLitter(path);
	return createLock(path, null, claim);
}

/** A link appears whole or not at all, so nobody ever reads half a claim. False when somebody else was quicker. */
function place(path: string, claim: Claim): boolean {
	const draft = `${path}.${process.pid}.${claim.nonce}`;
	try {
		writeFileSync(draft, `${JSON.stringify(claim)}\n`);
		linkSync(draft, path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		return false;
	} finally {
		removeQuietly(draft);
	}
}

let self: ReturnType<typeof inspectProcess> | undefined;

function createClaim(): Claim {
	self ??= inspectProcess(process.pid);
	return { pid: process.pid, startedAt: self.state === 'alive' ? self.startedAt : null, nonce: randomUUID() };
}

/**
 * Replaces the claim of a dead holder. Two that found the same dead claim must not both replace it, nor may the slower one
 * replace the quicker one's new claim: so the right to replace this very claim is itself a lock, named after its text.
 */
function takeOver(path: string, text: string, ours: Claim): FileLock | null {
	const right = tryClaim(`${path}.${createHash('sha256').update(firstLine(text)).digest('hex').slice(0, 16)}`);
	if (right === null) return null;
	try {
		const present = readQuietly(path);
		if (present === null || firstLine(present) !== firstLine(text)) return null;
		const notes = present.split('\n').slice(1, -1);
		const draft = `${path}.${process.pid}.${ours.nonce}`;
		writeFileSync(draft, [JSON.stringify(ours), ...notes, ''].join('\n'));
		renameSync(draft, path);
		removeLitter(path);
		return createLock(path, { notes }, ours);
	} finally {
		right.release();
	}
}

function isClaimHeld(text: string): boolean {
	const claim = parseClaim(firstLine(text));
	// Not of our making: leave it alone, the wait ends with a message that names the file.
	if (claim === null) return true;
	const holder = inspectProcess(claim.pid);
	if (holder.state === 'gone') return false;
	return claim.startedAt === null || holder.startedAt === null || claim.startedAt === holder.startedAt;
}

function parseClaim(line: string): Claim | null {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null && 'pid' in value && Number.isInteger(value.pid)
			? (value as Claim)
			: null;
	} catch {
		return null;
	}
}

const firstLine = (text: string): string => text.slice(0, text.indexOf('\n'));

/** Drafts and rights of processes that were killed before they removed them. While the lock is held, nobody needs the rights of others. */
function removeLitter(path: string): void {
	const folder = dirname(path);
	const lead = `${basename(path)}.`;
	for (const name of readdirSync(folder)) {
		const match = name.startsWith(lead) ? LITTER.exec(name.slice(lead.length)) : null;
		if (match === null) continue;
		const litter = join(folder, name);
		const isDead =
			match[1] === undefined
				? !isClaimHeld(readQuietly(litter) ?? '')
				: inspectProcess(Number(match[1])).state === 'gone';
		if (isDead) removeQuietly(litter);
	}
}

function createLock(path: string, leftover: LockLeftover | null, claim: Claim): FileLock {
	let isHeld = true;
	return {
		leftover,
		note: (line) => appendFileSync(path, `${line}\n`),
		clearNotes: () => truncateSync(path, JSON.stringify(claim).length + 1),
		release: () => {
			if (isHeld) removeQuietly(path);
			isHeld = false;
		},
	};
}

function readQuietly(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}
