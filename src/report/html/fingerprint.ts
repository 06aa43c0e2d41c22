// What differs between two sightings of one failure, longest shapes first.
const VARIABLE: readonly (readonly [RegExp, string])[] = [
	[/MARKER_\w+/g, '<marker>'],
	[/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
	[/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*Z?\b/g, '<time>'],
	[/\b(?:0x)?(?=[0-9a-f]*\d)[0-9a-f]{7,}\b/gi, '<hex>'],
	[/\/(?:tmp|var|private|run)\/[^\s'":]+/g, '<path>'],
	[/\d+(?:\.\d+)?(?:ms|s|m|h)?\b/g, '<n>'],
];

/** Takes out of a message what differs from one time to the next: numbers, ids, times, temporary paths. */
export const normalizeMessage = (message: string): string =>
	VARIABLE.reduce((text, [shape, word]) => text.replace(shape, word), message.toLowerCase())
		.replace(/\s+/g, ' ')
		.trim();

/**
 * Names a failure so that the same one is found again in other steps and other runs.
 *
 * @returns 8 hex digits.
 */
export function fingerprint(reason: string | null, message: string): string {
	// FNV-1a, 32 bits: a name for groups of a few hundred, not a proof of anything.
	let hash = 0x811c9dc5;
	for (const char of `${reason ?? ''} ${normalizeMessage(message)}`) {
		hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
	}
	return (hash >>> 0).toString(16).padStart(8, '0');
}
