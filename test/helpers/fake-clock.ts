import type { Clock } from '../../src/core/ports.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
	/** Goes on by `ms`, calling what is due in its order. */
	advance(ms: number): void;
}

/** Creates a clock at `startMs` of the Unix epoch; its monotonic time starts at 0. */
export function createFakeClock(startMs = 1_750_000_000_000): FakeClock {
	let elapsed = 0;
	const due: { at: number; callback: () => void }[] = [];
	return {
		nowMs: () => startMs + elapsed,
		monotonicMs: () => elapsed,
		schedule(callback, delayMs) {
			const entry = { at: elapsed + delayMs, callback };
			due.push(entry);
			return () => {
				const index = due.indexOf(entry);
				if (index >= 0) due.splice(index, 1);
			};
		},
		advance(ms) {
			const end = elapsed + ms;
			for (;;) {
				const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
				if (!next) break;
				due.splice(due.indexOf(next), 1);
				elapsed = Math.max(elapsed, next.at);
				next.callback();
			}
			elapsed = end;
		},
	};
}
