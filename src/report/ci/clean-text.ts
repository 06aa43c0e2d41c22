import { escapeControl, isPlain } from '../../core/escape-control.ts';

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g;

/**
 * Makes foreign text fit for every strict reader of a report: control characters become visible escapes, half characters and
 * noncharacters U+FFFD. Tabs and line feeds stay.
 */
export const cleanText = (text: string): string =>
	isPlain(text) ? text : escapeControl(text.replace(/\r\n/g, '\n')).replace(LONE, '\ufffd');

/** As {@link cleanText}, on one line: line feeds become `\n`, tabs a blank. */
export const cleanLine = (text: string): string => cleanText(text.trim()).replaceAll('\n', '\\n').replaceAll('\t', ' ');

/**
 * Cuts a text, never through a character, and says so with `...`.
 *
 * @param most - Characters as UTF-16 counts them, 4 or more.
 */
export const clipText = (text: string, most: number): string =>
	text.length <= most ? text : `${text.slice(0, most - 3).replace(/[\ud800-\udbff]$/, '')}...`;

/** Counts the bytes of a text in UTF-8. */
export function utf8Bytes(text: string): number {
	let bytes = 0;
	for (const char of text) {
		const point = char.codePointAt(0) ?? 0;
		bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	}
	return bytes;
}
