/** How a client comes back after its connection was lost; every value has a default. */
export interface ReconnectOptions {
	/** Milliseconds for which the executor keeps executions of a lost connection, and we try to come back; default 60,000. */
	readonly leaseMs?: number;
	/** Milliseconds before the first attempt, at most; default 50. */
	readonly minDelayMs?: number;
	/** Milliseconds between two attempts, at most; default 2,000. */
	readonly maxDelayMs?: number;
}

/** {@link ReconnectOptions}, all set. */
export type ReconnectPolicy = Required<ReconnectOptions>;

/**
 * Fills what is not set.
 *
 * @returns `null` when the client shall not come back.
 * @throws {RangeError} A value is not a positive number, or the first pause is longer than the longest.
 */
export function resolveReconnect(options: ReconnectOptions | false): ReconnectPolicy | null {
	if (options === false) return null;
	const policy = { leaseMs: 60_000, minDelayMs: 50, maxDelayMs: 2000, ...options };
	for (const [name, value] of Object.entries(policy)) {
		if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${name} is ${value}, expected a positive number`);
	}
	if (policy.minDelayMs > policy.maxDelayMs) throw new RangeError('minDelayMs is longer than maxDelayMs');
	return policy;
}

/**
 * Tells how long to wait before an attempt: twice as long each time, and a random part of it, so that a thousand clients of an
 * executor that comes back do not come all at once.
 *
 * @param attempt - From 0.
 * @param random - From 0 to 1.
 * @returns Milliseconds, from half of the longest wait of this attempt to all of it.
 */
export function nextDelayMs(attempt: number, policy: ReconnectPolicy, random: number): number {
	const longest = Math.min(policy.maxDelayMs, policy.minDelayMs * 2 ** attempt);
	return longest * (0.5 + random / 2);
}
