import type { OutputChunk } from './client.ts';

/** Output on its way from the wire to a reader. */
export class OutputQueue implements AsyncIterableIterator<OutputChunk> {
	readonly #highWaterBytes: number;
	readonly #chunks: OutputChunk[] = [];
	#bytes = 0;
	#end: { readonly error: unknown } | 'open' | 'done' = 'open';
	#isDiscarding = false;
	#readers: (() => void)[] = [];
	#hasRoom: Promise<void> | null = null;
	#makeRoom: () => void = () => {};

	/** @param highWaterBytes - More than this waiting makes `push` return a promise. */
	constructor(highWaterBytes: number) {
		this.#highWaterBytes = highWaterBytes;
	}

	/**
	 * Takes a chunk.
	 *
	 * @returns A promise that settles when there is room again, where there is none.
	 */
	push(chunk: OutputChunk): void | Promise<void> {
		if (this.#isDiscarding) return;
		this.#chunks.push(chunk);
		this.#bytes += chunk.bytes.length;
		this.#wake();
		if (this.#bytes <= this.#highWaterBytes) return;
		this.#hasRoom ??= new Promise((resolve) => {
			this.#makeRoom = resolve;
		});
		return this.#hasRoom;
	}

	/** Nothing more comes; what waits is still read. */
	close(): void {
		if (this.#end === 'open') this.#end = 'done';
		this.#wake();
	}

	/** Nothing more comes; the reader gets what waits, then the error. */
	fail(error: unknown): void {
		if (this.#end === 'open') this.#end = { error };
		this.#wake();
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async next(): Promise<IteratorResult<OutputChunk, undefined>> {
		for (;;) {
			const chunk = this.#chunks.shift();
			if (chunk) {
				this.#take(chunk.bytes.length);
				return { done: false, value: chunk };
			}
			if (this.#isDiscarding || this.#end === 'done') return { done: true, value: undefined };
			if (this.#end !== 'open') {
				const { error } = this.#end;
				this.#end = 'done';
				throw error;
			}
			await new Promise<void>((resolve) => this.#readers.push(resolve));
		}
	}

	/** The reader leaves: what waits and what comes is dropped, the command runs on. */
	async return(): Promise<IteratorResult<OutputChunk, undefined>> {
		this.discard();
		return { done: true, value: undefined };
	}

	/** Drops what waits and what comes. */
	discard(): void {
		this.#isDiscarding = true;
		this.#chunks.length = 0;
		this.#take(this.#bytes);
		this.#wake();
	}

	#take(bytes: number): void {
		this.#bytes -= bytes;
		if (this.#bytes > this.#highWaterBytes / 2) return;
		this.#makeRoom();
		this.#hasRoom = null;
	}

	#wake(): void {
		for (const look of this.#readers.splice(0)) look();
	}
}
