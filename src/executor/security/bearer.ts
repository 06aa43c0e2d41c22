import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Reads the token out of an `Authorization` header (RFC 6750 §2.1).
 *
 * @returns `''` when there is none.
 */
export const bearerOf = (authorization: string | undefined): string =>
	/^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? '';

/** Compares in a time that tells nothing of what is the same, nor of the length: digests are compared. */
export const isSameSecret = (given: string, wanted: string): boolean =>
	timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest());
