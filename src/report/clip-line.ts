import { escapeControl } from '../core/escape-control.ts';

/**
 * Makes one line of foreign text fit to print: control characters escaped, tabs as blanks, cut at `width` with `...`.
 *
 * @param width - Characters, 4 or more.
 */
export function clipLine(text: string, width: number): string {
	const line = escapeControl(text.replace(/\r?\n$/, ''))
		.replaceAll('\t', '    ')
		.replaceAll('\n', '\\n');
	return line.length <= width ? line : `${line.slice(0, width - 3)}...`;
}
