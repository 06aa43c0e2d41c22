import type { ServerNotification } from '../protocol/decode-server-message.ts';
import type { EncodedChunk } from './output-encoder.ts';

/** A piece of output on its way to a client. The bytes end with a whole character, unless they are the last of their stream. */
export interface OutputMessage extends EncodedChunk {
	readonly seq: number;
	readonly atMs: number;
}

/** One connection that hears of an execution. */
export interface ExecutionListener {
	/** Whether it can take more output. */
	readonly hasRoom: boolean;
	notify(notification: ServerNotification): void;
	onOutput(message: OutputMessage): void;
	/** Hears nothing more: another connection was attached, or all is told and nothing kept. */
	onDetached(why: 'taken' | 'over'): void;
}

/** What was dropped of the output. */
export interface DroppedOutput {
	readonly bytes: number;
	readonly messages: number;
}

/** Brings the output of one execution, and then its end, to whoever listens. */
export interface Delivery {
	add(message: OutputMessage): void;
	/** Told after all output. */
	finish(end: ServerNotification): void;
	/** Tells what is kept from `fromSeq` on, then all that comes; whoever listened before no longer does. */
	attach(listener: ExecutionListener, fromSeq: number): void;
	detach(): void;
	/** `hasRoom` of the listener changed. */
	onRoom(): void;
	/** Everything up to this `seq` was received. */
	ack(seq: number): void;
	/** No output may be read: there is no place for it. */
	readonly isHeld: boolean;
	/** The first `seq` that `attach` can tell. */
	readonly firstSeq: number;
	/** All is told, or nobody is left to hear it. */
	readonly isDone: boolean;
	readonly dropped: DroppedOutput;
}

/** What keeping a message costs beside its bytes: an execution may print byte by byte. */
export const MESSAGE_COST = 200;

/**
 * Delivers at once and keeps nothing. While the connection is full nothing may be read, without one all is thrown away.
 *
 * @param onChange - Called when `isHeld` may have changed.
 */
export const createDirectDelivery = (onChange: () => void): Delivery => new DirectDelivery(onChange);

/** A class, as getters give each object literal a hidden class of its own, and every execution has one of these. */
class DirectDelivery implements Delivery {
	readonly dropped = { bytes: 0, messages: 0 };
	isDone = false;
	readonly #onChange: () => void;
	#listener: ExecutionListener | null = null;
	#nextSeq = 0;

	constructor(onChange: () => void) {
		this.#onChange = onChange;
	}

	get isHeld(): boolean {
		return this.#listener !== null && !this.#listener.hasRoom;
	}

	get firstSeq(): number {
		return this.#nextSeq;
	}

	add(message: OutputMessage): void {
		this.#nextSeq = message.seq + 1;
		this.#listener?.onOutput(message);
	}

	finish(end: ServerNotification): void {
		this.isDone = true;
		this.#listener?.notify(end);
	}

	attach(listener: ExecutionListener): void {
		this.#listener = listener;
	}

	detach(): void {
		this.#listener = null;
		this.#onChange();
	}

	onRoom(): void {
		this.#onChange();
	}

	ack(): void {}
}
