import { closeSync, constants, openSync } from 'node:fs';
import { isStillThere, type NativeLocks } from './native-lock.ts';
import { removeQuietly } from './remove-quietly.ts';

/** A lock file that stays in place, and open, while its lock is taken and left many times. */
export class KeptLock {
	readonly #path: string;
	readonly #native: NativeLocks;
	#fd: number | null = null;

	constructor(path: string, native: NativeLocks) {
		this.#path = path;
		this.#native = native;
	}

	/** @returns False while somebody else has it. */
	tryTake(): boolean {
		this.#fd ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o666);
		if (!this.#native.tryLock(this.#fd)) return false;
		if (isStillThere(this.#fd, this.#path)) return true;
		// Another holder was done with the file and removed it.
		this.close();
		return false;
	}

	/** Lets the next one in. */
	leave(): void {
		if (this.#fd !== null) this.#native.unlock(this.#fd);
	}

	/** Lets the next one in, without the file: whoever waits on it sees that its name is gone, and starts over. Only while it is taken. */
	remove(): void {
		removeQuietly(this.#path);
		this.close();
	}

	/** Leaves the file as it is; the kernel gives a taken lock back. */
	close(): void {
		if (this.#fd !== null) closeSync(this.#fd);
		this.#fd = null;
	}
}
