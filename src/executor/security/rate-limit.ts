import type { Clock } from '../../core/ports.ts';

const MINUTE_MS = 60_000;
/** More keys than that are forgotten, oldest first: an attacker with many addresses must not fill the memory. */
const REMEMBERED = 10_000;

/** Lets each key through so many times a minute. */
export interface RateLimit {
	/** @returns False when this key has had its share; asking again costs nothing then. */
	admit(key: string): boolean;
}

/**
 * Makes a bucket of `perMinute` for each key, which fills again evenly.
 *
 * @param perMinute - 0: no limit.
 */
export function createRateLimit(perMinute: number, clock: Clock): RateLimit {
	const buckets = new Map<string, { left: number; atMs: number }>();
	const take = (key: string): boolean => {
		const nowMs = clock.monotonicMs();
		const { left, atMs } = buckets.get(key) ?? { left: perMinute, atMs: nowMs };
		const filled = Math.min(perMinute, left + ((nowMs - atMs) * perMinute) / MINUTE_MS);
		const isAdmitted = filled >= 1;
		buckets.delete(key);
		buckets.set(key, { left: isAdmitted ? filled - 1 : filled, atMs: nowMs });
		const oldest = buckets.size > REMEMBERED ? buckets.keys().next().value : undefined;
		if (oldest !== undefined) buckets.delete(oldest);
		return isAdmitted;
	};
	return { admit: (key) => perMinute === 0 || take(key) };
}
