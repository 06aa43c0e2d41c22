/** A younger number can't have come round: the system gives them out in turn, and wraps. */
export const YOUNG_MS = 2000;

/** Numbers that processes got of which we know whose they are, and when we heard of them. */
export class GivenPids {
	readonly #givenAtMs = new Map<number, number>();

	/** @param nowMs - By `performance.now`, never less than the time before. */
	add(pid: number, nowMs: number): void {
		for (const [oldest, givenAtMs] of this.#givenAtMs) {
			if (nowMs - givenAtMs < YOUNG_MS) break;
			this.#givenAtMs.delete(oldest);
		}
		// Anew, so that the order is that of the times.
		this.#givenAtMs.delete(pid);
		this.#givenAtMs.set(pid, nowMs);
	}

	/** @returns True: this number was given to one of them at that time or later, at most {@link YOUNG_MS} ago. */
	isGivenSince(pid: number, sinceMs: number): boolean {
		return (this.#givenAtMs.get(pid) ?? Number.NEGATIVE_INFINITY) >= sinceMs;
	}
}
