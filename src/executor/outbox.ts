import type { WebSocket } from 'ws';
import type { Clock } from '../core/ports.ts';

/** When a socket is full, and when it has room again, bytes. */
export interface OutboxLimits {
	readonly highWaterBytes: number;
	readonly lowWaterBytes: number;
}

/** Sends messages, and tells when the peer is slower than we are. */
export interface Outbox {
	send(message: object): void;
	/**
	 * Sends a message that is UTF-8 already.
	 *
	 * @param onLeft - Called once it has left this process, or never will.
	 */
	sendText(utf8: Uint8Array, onLeft: () => void): void;
	/** @param rest - Sent after the head as the second fragment of one message (RFC 6455 §5.4), so that nobody needs to copy both together. */
	sendBinary(head: Uint8Array, rest?: Uint8Array): void;
	/** More than the high water waits in the socket. */
	readonly isFull: boolean;
	/** Monotonic milliseconds: when the last message left the socket. */
	readonly lastSentMs: number;
}

/**
 * Makes the outbox of a socket. Nothing is refused or dropped: whoever sends much stops when it is full.
 *
 * @param onChange - Called when `isFull` changes.
 */
export function createOutbox(socket: WebSocket, clock: Clock, limits: OutboxLimits, onChange: () => void): Outbox {
	let isFull = false;
	let lastSentMs = clock.monotonicMs();
	const onSent = (): void => {
		lastSentMs = clock.monotonicMs();
		if (!isFull || socket.bufferedAmount > limits.lowWaterBytes) return;
		isFull = false;
		onChange();
	};
	const send = (data: string | Uint8Array, binary: boolean, onLeft?: () => void): void => {
		if (socket.readyState !== socket.OPEN) {
			onLeft?.();
			return;
		}
		socket.send(data, { binary }, () => {
			onLeft?.();
			onSent();
		});
		if (isFull || socket.bufferedAmount <= limits.highWaterBytes) return;
		isFull = true;
		onChange();
	};
	return {
		send: (message) => send(JSON.stringify(message), false),
		sendText: (utf8, onLeft) => send(utf8, false, onLeft),
		sendBinary: (head, rest) => {
			if (rest !== undefined && socket.readyState === socket.OPEN) socket.send(head, { binary: true, fin: false });
			send(rest ?? head, true);
		},
		get isFull() {
			return isFull;
		},
		get lastSentMs() {
			return lastSentMs;
		},
	};
}
