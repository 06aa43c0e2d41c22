import { Duplex } from 'node:stream';

/**
 * Makes the two ends of a connection within this process: what is written to one comes out of the other, as the very same bytes, in a
 * later tick, and no further ahead than the reader allows. When one end is destroyed the other ends too.
 */
export function createConnectionPair(): readonly [Duplex, Duplex] {
	const [here, there] = [new ConnectionEnd(), new ConnectionEnd()];
	here.join(there);
	there.join(here);
	return [here, there];
}

type Done = (error?: Error | null) => void;

class ConnectionEnd extends Duplex {
	/** `null` once one of both is destroyed. */
	#other: ConnectionEnd | null = null;
	/** Lets the other end write on. */
	#onRoom: Done | null = null;
	/** Nothing more is read here. */
	#isOver = false;

	join(other: ConnectionEnd): void {
		this.#other = other;
	}

	override _read(): void {
		const done = this.#onRoom;
		this.#onRoom = null;
		done?.();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
		this.#send([chunk], done);
	}

	override _writev(writes: readonly { readonly chunk: Buffer }[], done: Done): void {
		this.#send(
			writes.map(({ chunk }) => chunk),
			done,
		);
	}

	override _final(done: Done): void {
		this.#later(() => {
			if (this.#other !== null) this.#other.#finish();
			done();
		});
	}

	override _destroy(error: Error | null, done: Done): void {
		const other = this.#other;
		this.#other = null;
		this.#onRoom?.(brokenPipe());
		done(error);
		if (other !== null) this.#later(() => other.#break());
	}

	#send(chunks: readonly Buffer[], done: Done): void {
		this.#later(() => {
			if (this.#other === null) return done(brokenPipe());
			let hasRoom = true;
			for (const chunk of chunks) hasRoom = this.#other.push(chunk);
			if (hasRoom) done();
			else this.#other.#onRoom = done;
		});
	}

	/** Whoever writes hears of nothing that comes of it before it is through: no stream of the system answers within a write either. */
	#later(work: () => void): void {
		process.nextTick(work);
	}

	/** The other end is gone: what came is still read, and writing fails. */
	#break(): void {
		this.#other = null;
		this.#finish();
	}

	#finish(): void {
		if (!this.#isOver) this.push(null);
		this.#isOver = true;
	}
}

const brokenPipe = (): Error => Object.assign(new Error('The other end is closed'), { code: 'EPIPE' });
