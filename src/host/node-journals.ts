import {
	closeSync,
	constants,
	existsSync,
	fstatSync,
	fsync,
	ftruncateSync,
	lstatSync,
	mkdirSync,
	openSync,
	readFileSync,
	readlinkSync,
	readSync,
	realpathSync,
	renameSync,
	type Stats,
	statSync,
	writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';
import type { Journal, Journals } from '../core/ports.ts';
import { createNotAFileError, createReadOnlyError, toReadError, toWriteError } from './file-errors.ts';
import {
	createFileLocks,
	createQueues,
	type FileLock,
	type FileLockOptions,
	LOCK_WAIT_MS,
	loadNativeLocks,
	poll,
} from './file-lock.ts';
import { KeptLock } from './kept-lock.ts';
import type { NativeLocks } from './native-lock.ts';

/**
 * Makes the port {@link Journals} over the real file system. Permission bits hold for root too.
 *
 * @param options - `lock`: see {@link FileLockOptions}.
 */
export function createNodeJournals(options: { readonly lock?: FileLockOptions } = {}): Journals {
	const desks = createDesks(options.lock ?? {});
	return {
		async open(path, work, { isKept = false } = {}) {
			const desk = await desks.enter(path);
			let isDone = false;
			try {
				const result = await work(desk.journal);
				isDone = true;
				return result;
			} finally {
				// Who failed does not come back.
				desk.leave(isKept && isDone);
			}
		},
		async read(path) {
			try {
				const folder = realFolder(path);
				return folder === null ? null : readFileSync(locate(path, folder).target);
			} catch (error) {
				const known = toReadError(error, path);
				if (known.code === 'FILE_MISSING') return null;
				throw known;
			}
		},
		async resolve(path) {
			try {
				return realpathSync(path);
			} catch {
				return path;
			}
		},
	};
}

/** A journal in work, with its lock. */
interface Desk {
	readonly journal: NodeJournal;
	leave(isKept: boolean): void;
}

/** Journals of this process, each with one who works on it at a time. */
function createDesks(options: FileLockOptions): { enter(path: string): Promise<Desk> } {
	const locks = (): NativeLocks | null => (options.engine === 'claim' ? null : loadNativeLocks());
	const queues = createQueues();
	/** By the path as it was given. */
	const kept = new Map<string, KeptFile>();
	const waitMs = options.waitMs ?? LOCK_WAIT_MS;

	const take = async (path: string): Promise<KeptFile> => {
		const before = kept.get(path);
		kept.delete(path);
		const file = before?.isInPlace() === true ? before : new KeptFile(prepare(path), locks());
		if (file !== before) before?.close();
		await file.lock(waitMs).catch((error) => {
			file.close();
			throw toWriteError(error, path);
		});
		return file;
	};
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

	/** False when the path leads to another file by now, or nobody may write it any more. */
	isInPlace(): boolean {
		const found = lstatSync(this.#target, { throwIfNoEntry: false });
		return found !== undefined && !isWriteProtected(found.mode) && this.#journal?.isFile(found) === true;
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
		// Others may have written, or put another file in its place, while it was not locked.
		if (this.#journal !== null && this.isInPlace()) this.#journal.refresh();
		else this.#closeJournal();
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

/** The real path of a journal that may be written; its folder is there afterwards. */
function prepare(path: string): string {
	try {
		const folder = realFolder(path) ?? makeFolder(path);
		const { mode } = statSync(folder);
		if (isWriteProtected(mode)) throw createReadOnlyError(path, 'folder', mode);
		const { target, found } = locate(path, folder);
		if (found !== undefined && isWriteProtected(found.mode)) throw createReadOnlyError(path, 'file', found.mode);
		return target;
	} catch (error) {
		throw toWriteError(error, path);
	}
}

function makeFolder(path: string): string {
	mkdirSync(dirname(path), { recursive: true });
	return realpathSync.native(dirname(path));
}

/**
 * A folder that is a link is refused for the same reason as a file that is one, see {@link locate}.
 *
 * @returns `null` when there is no such folder.
 */
function realFolder(path: string): string | null {
	try {
		const folder = realpathSync.native(dirname(path));
		if (lstatSync(dirname(path)).isSymbolicLink()) throw createLinkError(dirname(path), folder);
		return folder;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
}

/** Windows has no such bits; Node makes them up there. */
const isWriteProtected = (mode: number): boolean => process.platform !== 'win32' && (mode & 0o222) === 0;

/**
 * Follows the links of a path, but to no other folder than its own: a record that stands somewhere else is not committed with what it
 * is about, and can be exchanged without a trace.
 *
 * @param folder - The real one of the path.
 */
function locate(path: string, folder: string): { readonly target: string; readonly found: Stats | undefined } {
	let target = join(folder, basename(path));
	let found = lstatSync(target, { throwIfNoEntry: false });
	if (found?.isSymbolicLink()) {
		const link = resolve(folder, readlinkSync(target));
		target = realpathSync.native(dirname(link)) === folder ? realpathSync.native(link) : link;
		if (dirname(target) !== folder) throw createLinkError(path, target);
		found = statSync(target);
	}
	if (found !== undefined && !found.isFile()) throw createNotAFileError(path, 'it is a folder, a pipe or a device');
	return { target, found };
}

const createLinkError = (path: string, target: string): AppError =>
	new AppError('FILE_UNREADABLE', `Cannot use ${path}: it is a symbolic link out of its folder, to ${target}`, {
		data: { path, target },
		advice: 'Put what it leads to in its place',
	});

const syncDescriptor = promisify(fsync);

/** Synchronous but for the wait for the disk: the way through the thread pool costs more than such a call. */
class NodeJournal implements Journal {
	readonly #path: string;
	#fd: number | null;
	#size: number;
	/** A name in the folder is new, and not durable yet. */
	#isRenamed = false;

	constructor(path: string) {
		this.#path = path;
		this.#fd = this.#open(constants.O_RDWR);
		this.#size = this.#fd === null ? 0 : fstatSync(this.#fd).size;
	}

	get size(): number {
		return this.#size;
	}

	/** @returns True when this is what the path was found to lead to. */
	isFile({ ino, dev }: Stats): boolean {
		if (this.#fd === null) return false;
		const own = fstatSync(this.#fd);
		return own.ino === ino && own.dev === dev;
	}

	/** Sees what others wrote. */
	refresh(): void {
		if (this.#fd !== null) this.#size = fstatSync(this.#fd).size;
	}

	read(offset: number): Uint8Array {
		const bytes = new Uint8Array(Math.max(0, this.#size - offset));
		let done = 0;
		while (this.#fd !== null && done < bytes.length) {
			const count = readSync(this.#fd, bytes, done, bytes.length - done, offset + done);
			if (count === 0) break;
			done += count;
		}
		return bytes.subarray(0, done);
	}

	append(bytes: Uint8Array): void {
		const fd = this.#create();
		try {
			// One call may take a part only: the disk is full then, and the next call says so.
			for (let done = 0; done < bytes.length; )
				done += writeSync(fd, bytes, done, bytes.length - done, this.#size + done);
		} catch (error) {
			ftruncateSync(fd, this.#size);
			throw toWriteError(error, this.#path);
		}
		this.#size += bytes.length;
	}

	truncate(size: number): void {
		if (this.#fd === null || size >= this.#size) return;
		ftruncateSync(this.#fd, size);
		this.#size = size;
	}

	async sync(): Promise<void> {
		try {
			if (this.#fd !== null) await syncDescriptor(this.#fd);
			if (this.#isRenamed) await syncFolder(dirname(this.#path));
			this.#isRenamed = false;
		} catch (error) {
			throw toWriteError(error, this.#path);
		}
	}

	archive(name: string): void {
		const target = join(dirname(this.#path), name);
		if (existsSync(target)) {
			throw new AppError('FILE_WRITE_FAILED', `Cannot rename ${this.#path} to ${name}: that name is taken`, {
				data: { path: this.#path, target },
			});
		}
		try {
			renameSync(this.#path, target);
		} catch (error) {
			throw toWriteError(error, this.#path);
		}
		this.close();
		this.#size = 0;
		this.#isRenamed = true;
	}

	close(): void {
		if (this.#fd !== null) closeSync(this.#fd);
		this.#fd = null;
	}

	#create(): number {
		if (this.#fd === null) {
			this.#fd = this.#open(constants.O_RDWR | constants.O_CREAT);
			this.#isRenamed = true;
		}
		if (this.#fd === null) throw toWriteError(Object.assign(new Error(), { code: 'ENOENT' }), this.#path);
		return this.#fd;
	}

	#open(flags: number): number | null {
		try {
			return openSync(this.#path, flags, 0o666);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
			throw toWriteError(error, this.#path);
		}
	}
}

/** Makes names durable; some file systems can't, and the content is safe all the same. */
async function syncFolder(path: string): Promise<void> {
	const fd = openSync(path, constants.O_RDONLY);
	await syncDescriptor(fd)
		.catch(() => {})
		.finally(() => closeSync(fd));
}
