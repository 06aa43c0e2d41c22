import type { Clock } from '../core/ports.ts';
import { scheduleLimit } from '../core/schedule-limit.ts';

/** What the limits of one execution call back. */
export interface LimitListeners {
	onTimeout(): void;
	onStall(silentMs: number): void;
	/** Half of the stall limit has passed in silence; once for each silence. */
	onHalfStall(silentMs: number): void;
}

/** The clocks of one execution. */
export interface Limits {
	/** The command runs from now on: both clocks start anew. Until then they limit how long it may take to be started. */
	begin(): void;
	/** Something was printed: the stall clock starts anew. */
	touch(): void;
	/** Since the last output (or the start). */
	silentMs(): number;
	stop(): void;
}

/**
 * Starts the clocks of an execution.
 *
 * @param limits - `timeoutMs`, `stallMs`: milliseconds, 0 means no limit.
 */
export function startLimits(
	clock: Clock,
	limits: { readonly timeoutMs: number; readonly stallMs: number },
	listeners: LimitListeners,
): Limits {
	let begunAt = clock.monotonicMs();
	let touchedAt = begunAt;
	let isHalfTold = false;
	let cancelStall = (): void => {};
	let cancelTimeout = (): void => {};

	const judgeTime = (): void => {
		const leftMs = begunAt + limits.timeoutMs - clock.monotonicMs();
		if (leftMs > 0) cancelTimeout = scheduleLimit(clock, judgeTime, Math.ceil(leftMs));
		else listeners.onTimeout();
	};
	if (limits.timeoutMs > 0) cancelTimeout = scheduleLimit(clock, judgeTime, limits.timeoutMs);

	// One timer looks again when the silence could be over; output only moves a number, however often it comes.
	const watch = (): void => {
		const silent = clock.monotonicMs() - touchedAt;
		if (silent >= limits.stallMs) {
			listeners.onStall(silent);
			return;
		}
		if (silent >= limits.stallMs / 2 && !isHalfTold) {
			isHalfTold = true;
			listeners.onHalfStall(silent);
		}
		const next = isHalfTold ? limits.stallMs : limits.stallMs / 2;
		cancelStall = scheduleLimit(clock, watch, Math.max(1, next - silent));
	};
	if (limits.stallMs > 0) cancelStall = scheduleLimit(clock, watch, limits.stallMs / 2);

	const touch = (): void => {
		touchedAt = clock.monotonicMs();
		isHalfTold = false;
	};

	return {
		begin() {
			begunAt = clock.monotonicMs();
			touch();
		},
		touch,
		silentMs: () => clock.monotonicMs() - touchedAt,
		stop() {
			cancelTimeout();
			cancelStall();
		},
	};
}
