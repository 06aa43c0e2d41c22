import { fingerprintOf } from '../ci/fingerprint.ts';

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
 * @returns 8 hex digits: enough for the groups of a page.
 */
export const fingerprint = (reason: string | null, message: string): string =>
	fingerprintOf(`${reason ?? ''} ${normalizeMessage(message)}`).slice(-8);
