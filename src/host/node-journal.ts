import {
	closeSync,
	constants,
	existsSync,
	fstatSync,
	ftruncateSync,
	openSync,
	readSync,
	renameSync,
	type Stats,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { Journal } from '../core/ports.ts';
import { toReadError, toWriteError } from './file-errors.ts';
import { locate, readIn } from './journal-place.ts';
import { removeQuietly } from './remove-quietly.ts';
import { replaceFile } from './replace-file.ts';
import { syncDescriptor, syncFolder } from './sync-folder.ts';

/** Synchronous but for the wait for the disk: the way through the thread pool costs more than such a call. */
export class NodeJournal implements Journal {
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

	/**
	 * Sees what others wrote.
	 *
	 * @param found - What its path leads to.
	 * @returns False: that is another file.
	 */
	refresh({ ino, dev }: Stats): boolean {
		if (this.#fd === null) return false;
		const own = fstatSync(this.#fd);
		this.#size = own.size;
		return own.ino === ino && own.dev === dev;
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

	readBeside(name: string): Uint8Array | null {
		const path = this.#beside(name);
		try {
			return readIn(dirname(path), path);
		} catch (error) {
			throw toReadError(error, path);
		}
	}

	async replaceBeside(name: string, bytes: Uint8Array): Promise<void> {
		const path = this.#beside(name);
		try {
			const { target } = locate(path, dirname(path));
			// Nobody else writes it now, so one name will do: what a killed holder left is overwritten.
			await replaceFile(target, (fd) => writeFileSync(fd, bytes), { temporary: this.#beside(`.${name}.new`) });
			await syncFolder(dirname(target));
		} catch (error) {
			throw toWriteError(error, path);
		}
	}

	addBeside(name: string, bytes: Uint8Array): void {
		const path = this.#beside(name);
		if (existsSync(path)) return;
		// Another journal may be about to make the same.
		const draft = this.#beside(`.${name}.${process.pid}`);
		try {
			writeFileSync(draft, bytes);
			renameSync(draft, path);
		} catch (error) {
			removeQuietly(draft);
			throw toWriteError(error, path);
		}
	}

	close(): void {
		if (this.#fd !== null) closeSync(this.#fd);
		this.#fd = null;
	}

	#beside(name: string): string {
		return join(dirname(this.#path), name);
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
