import { LIMITS } from './limits.ts';

/** A parsed text, or why it is none. */
export type ParsedJson =
	| { readonly isOk: true; readonly value: unknown }
	| { readonly isOk: false; readonly reason: string };

/**
 * Parses JSON from a peer that is not trusted; never throws.
 *
 * @returns Not ok also for arrays and objects inside each other deeper than 64: they cost many times their size.
 */
export function parseJson(text: string): ParsedJson {
	if (isTooDeep(text)) return { isOk: false, reason: `More than ${LIMITS.jsonDepth} levels of nesting` };
	try {
		return { isOk: true, value: JSON.parse(text) };
	} catch (error) {
		// V8 quotes the text in its message, at most a few characters of it.
		return { isOk: false, reason: error instanceof Error ? error.message : 'Not JSON' };
	}
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function isTooDeep(text: string): boolean {
	if (text.length <= LIMITS.jsonDepth) return false;
	let depth = 0;
	for (let index = 0; index < text.length; index += 1) {
		const code = text.charCodeAt(index);
		if (code === QUOTE) index = endOfString(text, index);
		else if (code === 0x5b || code === 0x7b) {
			depth += 1;
			if (depth > LIMITS.jsonDepth) return true;
		} else if (code === 0x5d || code === 0x7d) depth -= 1;
	}
	return false;
}

/** @returns Where the string that starts at `start` ends: at its closing quote, or past the end of the text. */
function endOfString(text: string, start: number): number {
	let end = text.indexOf('"', start + 1);
	while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
	return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
	let count = 0;
	while (text.charCodeAt(at - 1 - count) === BACKSLASH) count += 1;
	return count % 2 === 1;
}
