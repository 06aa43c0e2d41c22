/** Writes a moment for people: `2026-03-02 14:05 UTC`; what is no ISO time comes back as it is. */
export const formatMoment = (iso: string): string =>
	/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;

/** Writes a share for people: `93 %`. */
export const formatShare = (share: number): string => `${Math.round(share * 100)} %`;

/** Writes a number with its noun: `1 step`, `7 steps`. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
	`${formatCount(number)} ${number === 1 ? noun : plural}`;

/** Writes a count, an integer of 0 or more, with its thousands set apart: `20,000`. Asking `Intl` costs its loading, 20 ms a run. */
export const formatCount = (number: number): string => String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
