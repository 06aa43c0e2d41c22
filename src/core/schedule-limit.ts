import type { Clock } from './ports.ts';

/** A timer that is later than this fired in a process that was stopped, or busy. */
const LATE_MS = 20;
/** Enough to read what waits in pipes and sockets. */
const CATCH_UP_MS = 100;

/**
 * Calls `onOver` once a limit is over.
 *
 * Where this process could do nothing just then (Ctrl-Z, a machine that was paused, a long calculation), timers fire before anything is
 * read: what came in time looks as if it had not come. So it gets a moment to hear of that first, and may cancel the call.
 *
 * @param limitMs - Milliseconds; the call comes up to 100 ms later than a timer that is late itself.
 * @returns Cancels the call; calling it twice is fine.
 */
export function scheduleLimit(clock: Clock, onOver: () => void, limitMs: number): () => void {
	const dueMs = clock.monotonicMs() + limitMs;
	let stop = clock.schedule(() => {
		if (clock.monotonicMs() - dueMs < LATE_MS) onOver();
		else stop = clock.schedule(onOver, CATCH_UP_MS);
	}, limitMs);
	return () => stop();
}
