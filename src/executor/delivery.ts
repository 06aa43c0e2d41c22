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
export function createDirectDelivery(onChange: () => void): Delivery {
	let listener: ExecutionListener | null = null;
	let nextSeq = 0;
	let isDone = false;
	return {
		add: (message) => {
			nextSeq = message.seq + 1;
			listener?.onOutput(message);
		},
		finish: (end) => {
			isDone = true;
			listener?.notify(end);
		},
		attach: (next) => {
			listener = next;
		},
		detach: () => {
			listener = null;
			onChange();
		},
		onRoom: onChange,
		ack: () => {},
		get isHeld() {
			return listener !== null && !listener.hasRoom;
		},
		get firstSeq() {
			return nextSeq;
		},
		get isDone() {
			return isDone;
		},
		dropped: { bytes: 0, messages: 0 },
	};
}
