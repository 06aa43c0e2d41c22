import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../core/errors.ts';
import { tryClaim } from './claim-lock.ts';
import { loadNativeLocks } from './load-native-locks.ts';
import { type NativeLocks, tryNativeLock } from './native-lock.ts';

/** What an earlier holder left, when it was killed while it held the lock. */
export interface LockLeftover {
	/** The lines that it noted, in order. */
	readonly notes: readonly string[];
}

/** A lock that this process holds. */
export interface FileLock {
	/** `null` when the earlier holder ended well. */
	readonly leftover: LockLeftover | null;
	/** Writes a line into the lock file, for whoever inherits the lock should this process be killed. */
	note(line: string): void;
	/** Forgets all notes, those of an earlier holder too. */
	clearNotes(): void;
	/** Removes the lock file and lets the next one in; may be called twice. */
	release(): void;
}

/** How to lock. */
export interface FileLockOptions {
	/** Milliseconds to wait for other holders, default 30,000. */
	readonly waitMs?: number;
	/** `native`: by the kernel (OFD lock on Linux, flock on macOS). `claim`: by a file that names its holder. Default: native where the module loads. */
	readonly engine?: 'native' | 'claim';
}

/** Milliseconds to wait for other holders where nobody says otherwise. */
export const LOCK_WAIT_MS = 30_000;

/** Locks by path; those who wait in this process are served in order. */
export interface FileLocks {
	/**
	 * Waits for the lock.
	 *
	 * @param path - Where the lock file is made; the folder must exist. It is gone again after `release`.
	 * @returns The held lock; the caller releases it.
	 * @throws {AppError} `FILE_WRITE_FAILED`: another process held it for all of `waitMs`.
	 * @throws What the file system said, when the lock file cannot be made.
	 */
	acquire(path: string): Promise<FileLock>;
}

/**
 * Makes locks that all processes of this machine respect.
 *
 * @see docs/adr/0005-lock-and-rename.md
 */
export function createFileLocks(options: FileLockOptions = {}): FileLocks {
	const locks = (): NativeLocks | null => (options.engine === 'claim' ? null : loadNativeLocks());
	if (options.engine === 'native' && locks() === null) throw new TypeError('The native locks do not load here');
	const waitMs = options.waitMs ?? LOCK_WAIT_MS;
	const attempt = (path: string): FileLock | null => {
		const native = locks();
		return native === null ? tryClaim(path) : tryNativeLock(path, native);
	};
	const queues = createQueues();

	return {
		async acquire(path) {
			const leave = await queues.enter(path);
			try {
				const lock = await poll(path, () => attempt(path), waitMs);
				return {
					...lock,
					release: () => {
						lock.release();
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

/** Lines of those who wait in this process, by path. */
export interface Queues {
	/** @returns Once it is one's turn: lets the next one in, may be called twice. */
	enter(path: string): Promise<() => void>;
}

/** Makes empty queues. */
export function createQueues(): Queues {
	const last = new Map<string, Promise<unknown>>();
	return {
		async enter(path) {
			const before = last.get(path);
			const turn = deferred();
			last.set(path, turn.promise);
			await before;
			return () => {
				if (last.get(path) === turn.promise) last.delete(path);
				turn.resolve();
			};
		},
	};
}

/**
 * Polls instead of waiting in the kernel: a blocking wait keeps a thread of the pool, four of them keep all, and the holder
 * that needs one to finish its write would never release.
 *
 * @throws {AppError} `FILE_WRITE_FAILED`: `attempt` gave `null` for all of `waitMs`.
 */
export async function poll<T>(path: string, attempt: () => T | null, waitMs: number): Promise<T> {
	const start = performance.now();
	for (;;) {
		const lock = attempt();
		if (lock !== null) return lock;
		const waitedMs = performance.now() - start;
		if (waitedMs >= waitMs) {
			throw new AppError('FILE_WRITE_FAILED', `Cannot lock ${path}: another process has held it for ${waitMs} ms`, {
				data: { path, waitMs },
				advice: 'Wait for the other run to end, or end it',
			});
		}
		// Who has waited longer looks more often, so that nobody starves.
		await sleep(randomInt(1, waitedMs < 100 ? 6 : 3));
	}
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
	let resolve = (): void => {};
	const promise = new Promise<void>((settle) => {
		resolve = settle;
	});
	return { promise, resolve };
}
