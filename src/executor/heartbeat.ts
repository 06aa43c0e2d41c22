import type { WebSocket } from 'ws';
import type { Clock } from '../core/ports.ts';
import { scheduleLimit } from '../core/schedule-limit.ts';

/** When a silent peer counts as dead, milliseconds. */
export interface HeartbeatLimits {
	/** Between pings; 0: none. */
	readonly heartbeatMs: number;
	/** Beside that, until something must be heard. */
	readonly heartbeatTimeoutMs: number;
	/** How long a peer may take nothing of what is sent to it. */
	readonly sendTimeoutMs: number;
}

/** What a heartbeat knows of its connection; moments are monotonic. */
export interface Pulse {
	/** Something came. */
	readonly lastHeardMs: number;
	/** Something that was sent left; the system takes a lot before it finds out that nobody does. */
	readonly lastSentMs: number;
	/** What is sent does not leave. */
	readonly isFull: boolean;
	/** The socket is not read: nothing can be heard. */
	readonly isDeaf: boolean;
}

/**
 * Pings a peer, and breaks the connection when it is dead: a protocol ping is answered by every WebSocket library by itself.
 *
 * A peer that reads slowly is not dead: while the connection is full only the longer limit counts, against no byte leaving at all.
 *
 * @returns Stops it.
 */
export function startHeartbeat(socket: WebSocket, clock: Clock, limits: HeartbeatLimits, pulse: Pulse): () => void {
	const { heartbeatMs, heartbeatTimeoutMs, sendTimeoutMs } = limits;
	if (heartbeatMs === 0) return () => {};
	const isDead = (): boolean => {
		const nowMs = clock.monotonicMs();
		if (pulse.isFull) return nowMs - pulse.lastSentMs >= sendTimeoutMs;
		return !pulse.isDeaf && nowMs - pulse.lastHeardMs >= heartbeatMs + heartbeatTimeoutMs;
	};
	const look = (): void => {
		if (isDead()) {
			socket.terminate();
			return;
		}
		if (!pulse.isFull) socket.ping();
		stop = scheduleLimit(clock, look, heartbeatMs);
	};
	let stop = scheduleLimit(clock, look, heartbeatMs);
	return () => stop();
}
