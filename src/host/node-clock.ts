import type { Clock } from '../core/ports.ts';

/** The machine's clock. A pending `schedule` keeps the process alive. */
export const nodeClock: Clock = {
	nowMs: () => Date.now(),
	monotonicMs: () => performance.now(),
	schedule: (callback, delayMs) => {
		const timer = setTimeout(callback, delayMs);
		return () => clearTimeout(timer);
	},
};
