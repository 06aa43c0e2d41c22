import { EventEmitter } from 'node:events';
import { closeSync, readSync } from 'node:fs';
import { Socket } from 'node:net';

/** One output stream of a child, as much of a `Readable` as a group needs: it flows once somebody listens and nobody paused it. */
export interface OutputPipe {
	on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
	once(event: 'close' | 'error', listener: () => void): unknown;
	pause(): unknown;
	resume(): unknown;
	/** Reads nothing more. */
	destroy(): unknown;
}

const BLOCK = 64 * 1024;
const block = Buffer.allocUnsafe(BLOCK);
/** Blocks that are read in one go from a child that has ended: its children may print for ever. */
const BLOCKS_AT_ONCE = 16;

/**
 * The reading end of a pipe, by its descriptor.
 *
 * Making a socket of a descriptor, and hearing of its data and of its end by the event loop, costs more than all that a short command
 * prints. So it is not watched from the start: either the child ends first, and then one read gives everything and the end, or
 * whoever made it calls `watch`.
 */
export class DescriptorPipe extends EventEmitter implements OutputPipe {
	/** `null` once it belongs to the socket, or is closed. */
	#descriptor: number | null;
	#socket: Socket | null = null;
	/** `null`: nobody has listened yet. */
	#isFlowing: boolean | null = null;
	#isClosed = false;

	/** @param descriptor - Open for reading without blocking; closed by this. */
	constructor(descriptor: number) {
		super();
		this.#descriptor = descriptor;
	}

	/** Reads as it comes, from now on. */
	watch(): void {
		if (this.#descriptor === null) return;
		const socket = new Socket({ fd: this.#descriptor, readable: true, writable: false });
		this.#descriptor = null;
		this.#socket = socket;
		socket.on('data', (chunk: Uint8Array) => this.emit('data', chunk));
		// A pipe that can't be read has come to its end.
		socket.on('error', () => {});
		socket.once('close', () => this.#tellClosed());
		if (this.#isFlowing !== true) socket.pause();
	}

	/** Reads what is there, now that its child has ended; what others who hold it print comes later. */
	drain(): void {
		for (let blocks = 0; blocks < BLOCKS_AT_ONCE; blocks += 1) {
			if (this.#descriptor === null) return;
			if (this.#isFlowing !== true) break;
			const size = readAvailable(this.#descriptor);
			if (size === null) break;
			if (size === 0) {
				this.#close();
				return;
			}
			this.emit('data', Buffer.from(block.subarray(0, size)));
		}
		this.watch();
	}

	override on(event: string, listener: (...values: never[]) => void): this {
		super.on(event, listener as () => void);
		if (event === 'data' && this.#isFlowing === null) this.resume();
		return this;
	}

	/** Whoever asks after the end hears of it too. */
	override once(event: string, listener: () => void): this {
		if (event === 'close' && this.#isClosed) listener();
		else super.once(event, listener);
		return this;
	}

	pause(): void {
		this.#isFlowing = false;
		this.#socket?.pause();
	}

	resume(): void {
		this.#isFlowing = true;
		this.#socket?.resume();
	}

	destroy(): void {
		this.#socket?.destroy();
		this.#close();
	}

	#close(): void {
		if (this.#descriptor === null) return;
		closeSync(this.#descriptor);
		this.#descriptor = null;
		this.#tellClosed();
	}

	#tellClosed(): void {
		this.#isClosed = true;
		this.emit('close');
	}
}

/** @returns Bytes that were read into the block, 0 at the end; `null` while somebody may still write. */
function readAvailable(descriptor: number): number | null {
	try {
		return readSync(descriptor, block, 0, BLOCK, null);
	} catch {
		// EAGAIN. Anything else the socket meets again, and tells.
		return null;
	}
}
