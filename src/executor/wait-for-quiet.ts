import type { Clock } from '../core/ports.ts';
import { scheduleLimit } from '../core/schedule-limit.ts';

/** When streams that stay open are given up. */
export interface QuietLimits {
	/** Milliseconds of silence. */
	readonly quietMs: number;
	/** Milliseconds in all, for streams that are never silent. */
	readonly drainMs: number;
}

/**
 * Waits until the streams of an ended command are read empty: at their end, or, where somebody else still holds them, once they are silent.
 *
 * @param lastReadMs - Monotonic; `null` while nothing is read because the client is slow: that is not silence.
 */
export function waitForQuiet(
	closed: Promise<void>,
	clock: Clock,
	{ quietMs, drainMs }: QuietLimits,
	lastReadMs: () => number | null,
): Promise<void> {
	return new Promise((resolve) => {
		const startedMs = clock.monotonicMs();
		let heldMs = 0;
		const look = (): void => {
			const nowMs = clock.monotonicMs();
			const lastMs = lastReadMs();
			if (lastMs === null) heldMs += quietMs;
			const silentMs = lastMs === null ? 0 : nowMs - Math.max(lastMs, startedMs);
			if (silentMs >= quietMs || nowMs - startedMs - heldMs >= drainMs) resolve();
			// One more millisecond: a timer may fire a fraction too early.
			else stop = scheduleLimit(clock, look, quietMs - silentMs + 1);
		};
		let stop = scheduleLimit(clock, look, quietMs + 1);
		void closed.then(() => {
			stop();
			resolve();
		});
	});
}
