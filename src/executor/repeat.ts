import type { Clock } from '../core/ports.ts';

/**
 * Calls something again and again.
 *
 * @param everyMs - 0: never.
 * @returns Stops it.
 */
export function repeat(clock: Clock, everyMs: number, callback: () => void): () => void {
	if (everyMs === 0) return () => {};
	const run = (): void => {
		stop = clock.schedule(run, everyMs);
		callback();
	};
	let stop = clock.schedule(run, everyMs);
	return () => stop();
}
