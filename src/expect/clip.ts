const LIMIT = 2000;

/**
 * Shortens a text that is too long to show.
 *
 * @param around - Offset that must stay visible, default 0.
 * @returns At most 2,000 characters; `…` stands where something was left out.
 */
export function clip(text: string, around = 0): string {
	if (text.length <= LIMIT) return text;
	const start = Math.max(0, Math.min(around - LIMIT / 4, text.length - LIMIT));
	const shown = text.slice(start === 0 ? 0 : start + 1, start + LIMIT);
	return `${start === 0 ? '' : '…'}${start + LIMIT < text.length ? `${shown.slice(0, -1)}…` : shown}`;
}
