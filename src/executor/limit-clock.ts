import type { Clock } from '../core/ports.ts';
import { scheduleLimit } from '../core/schedule-limit.ts';

/** Counts a limit down; stands still while it is paused. */
export interface LimitClock {
	/** Counts on; while it counts, nothing happens. */
	resume(): void;
	/** Stands still; twice is fine. */
	pause(): void;
	/** Starts to count from the full limit again. Cheap: may be called for every piece of output. */
	restart(): void;
}

/**
 * Makes a clock that stands still.
 *
 * @param limitMs - 0: it never runs out.
 * @param onOver - Called once, when it ran out.
 */
export function createLimitClock(clock: Clock, limitMs: number, onOver: () => void): LimitClock {
	let spentMs = 0;
	/** `null`: it stands still. */
	let sinceMs: number | null = null;
	let stop = (): void => {};

	const leftMs = (): number => limitMs - spentMs - (sinceMs === null ? 0 : clock.monotonicMs() - sinceMs);
	const look = (): void => {
		if (leftMs() <= 0) onOver();
		else arm();
	};
	// A timer may fire a fraction too early, and restarts don't move it: it looks again.
	const arm = (): void => {
		stop = scheduleLimit(clock, look, Math.max(1, Math.ceil(leftMs())));
	};

	return {
		resume: () => {
			if (limitMs === 0 || sinceMs !== null) return;
			sinceMs = clock.monotonicMs();
			arm();
		},
		pause: () => {
			if (sinceMs === null) return;
			spentMs += clock.monotonicMs() - sinceMs;
			sinceMs = null;
			stop();
		},
		restart: () => {
			spentMs = 0;
			if (sinceMs !== null) sinceMs = clock.monotonicMs();
		},
	};
}
