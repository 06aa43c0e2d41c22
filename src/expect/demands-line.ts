import type { LineRule } from './line-rule.ts';

/** Stands for text that nobody would expect. */
const OTHER = '\uffff';

/**
 * Tells whether a rule asks for the very text that made an error pattern fire. A rule that would take the line with any other text in
 * that place, such as `* (glob)`, does not ask for it.
 *
 * @param line - May be the beginning of a line that is still being printed.
 * @param hit - Part of `line`.
 */
export function demandsLine(rule: LineRule, line: string, hit: string): boolean {
	if (rule.kind === 'elision') return false;
	if (rule.kind === 'literal') return demandsStart(rule.text, line, hit) || demandsStart(rule.source, line, hit);
	if (rule.matches(line)) return !rule.matches(line.split(hit).join(OTHER));
	return rule.source.includes(hit);
}

const demandsStart = (wanted: string, line: string, hit: string): boolean =>
	wanted.includes(hit) && wanted.startsWith(line.trimEnd());

/**
 * Tells whether a text that must be contained asks for the text that made an error pattern fire.
 *
 * @param needle - May span lines.
 * @param line - May be the beginning of a line that is still being printed.
 * @param hit - Part of `line`.
 */
export function demandsNeedle(needle: string, line: string, hit: string): boolean {
	const other = line.split(hit).join(OTHER);
	return needle
		.split('\n')
		.some((part) => (line.includes(part) && !other.includes(part)) || endsWithStartOf(line, part, hit));
}

function endsWithStartOf(line: string, part: string, hit: string): boolean {
	for (let length = part.length - 1; length >= hit.length; length -= 1) {
		const start = part.slice(0, length);
		if (start.includes(hit) && line.endsWith(start)) return true;
	}
	return false;
}
