const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads a duration as prompts, config and flags write it: `500ms`, `30s`, `2m`, `1h`, `1.5s`; `0` needs no unit.
 *
 * @returns Milliseconds, or `null` when the text is no duration (a bare number among them, since nobody knows its unit).
 */
export function parseDuration(text: string): number | null {
	const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text.trim());
	if (match === null) return text.trim() === '0' ? 0 : null;
	return Math.round(Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? Number.NaN));
}

/**
 * Writes a duration for people, two digits of worth: `420ms`, `4.2s`, `38s`, `2m05s`, `1h02m`.
 *
 * @param ms - Milliseconds, 0 or more.
 */
export function formatDuration(ms: number): string {
	if (ms < 999.5) return `${Math.round(ms)}ms`;
	if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, '0')}s`;
	return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

/**
 * Writes when a limit cancels, for people.
 *
 * @param ms - Milliseconds; 0: never.
 */
export const formatLimit = (ms: number): string => (ms === 0 ? 'never' : formatDuration(ms));
