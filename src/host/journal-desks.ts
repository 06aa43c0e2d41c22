import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toWriteError } from './file-errors.ts';
import { createFileLocks, createQueues, type FileLock, type FileLockOptions, LOCK_WAIT_MS, poll } from './file-lock.ts';
import { isWriteProtected, prepare } from './journal-place.ts';
import { KeptLock } from './kept-lock.ts';
import { loadNativeLocks } from './load-native-locks.ts';
import type { NativeLocks } from './native-lock.ts';
import { NodeJournal } from './node-journal.ts';

/** A journal in work, with its lock. */
export interface Desk {
	readonly journal: NodeJournal;
	leave(isKept: boolean): void;
}

/** Journals of this process, each with one who works on it at a time. */
export function createDesks(options: FileLockOptions): { enter(path: string): Promise<Desk> } {
	const locks = (): NativeLocks | null => (options.engine === 'claim' ? null : loadNativeLocks());
	const queues = createQueues();
	/** By the path as it was given. */
	const kept = new Map<string, KeptFile>();
	const waitMs = options.waitMs ?? LOCK_WAIT_MS;

	const take = async (path: string): Promise<KeptFile> => {
		const before = kept.get(path);
		kept.delete(path);
		if (before !== undefined) {
			await lock(before, path);
			// Others may have put another file in its place while it was not locked.
			if (before.isInPlace()) return before;
			before.close();
		}
		const file = new KeptFile(prepare(path), locks());
		await lock(file, path);
		return file;
	};
	const lock = (file: KeptFile, path: string): Promise<void> =>
		file.lock(waitMs).catch((error) => {
			file.close();
			throw toWriteError(error, path);
		});
	return {
		async enter(path) {
			const leave = await queues.enter(path);
			try {
				const file = await take(path);
				return {
					journal: file.journal,
					leave(isKept) {
						if (isKept && locks() !== null && kept.size < MOST_KEPT) {
							kept.set(path, file);
							file.rest();
						} else file.end();
						leave();
					},
				};
			} catch (error) {
				leave();
				throw error;
			}
		},
	};
}

/** Descriptors are few. */
const MOST_KEPT = 64;

/** A journal's file and its lock, which may both stay open between two times of work. */
class KeptFile {
	readonly #target: string;
	readonly #lockPath: string;
	readonly #native: NativeLocks | null;
	#kept: KeptLock | null = null;
	#lock: FileLock | null = null;
	#journal: NodeJournal | null = null;

	constructor(target: string, native: NativeLocks | null) {
		this.#target = target;
		this.#lockPath = join(dirname(target), `.${basename(target)}.lock`);
		this.#native = native;
	}

	get journal(): NodeJournal {
		this.#journal ??= new NodeJournal(this.#target);
		return this.#journal;
	}

	/** False when the path leads to another file by now, or nobody may write it any more; else what others wrote is seen. */
	isInPlace(): boolean {
		const found = lstatSync(this.#target, { throwIfNoEntry: false });
		return found !== undefined && !isWriteProtected(found.mode) && this.#journal?.refresh(found) === true;
	}

	async lock(waitMs: number): Promise<void> {
		const native = this.#native;
		if (native === null) {
			this.#lock = await createFileLocks({ engine: 'claim', waitMs }).acquire(this.#lockPath);
		} else {
			const lock = this.#kept ?? new KeptLock(this.#lockPath, native);
			this.#kept = lock;
			await poll(this.#lockPath, () => lock.tryTake() || null, waitMs);
		}
	}

	rest(): void {
		this.#kept?.leave();
	}

	end(): void {
		this.#closeJournal();
		this.#lock?.release();
		this.#kept?.remove();
		this.#kept = null;
		this.#lock = null;
	}

	/** Without the lock. */
	close(): void {
		this.#closeJournal();
		this.#kept?.close();
		this.#kept = null;
	}

	#closeJournal(): void {
		this.#journal?.close();
		this.#journal = null;
	}
}
