import { hasInvisible, showInvisible } from './escapes.ts';
import { parseLineRules } from './line-rule.ts';

/** How much of a line is written as escapes: only what must be, all that can't be seen, and brackets that look like a placeholder too. */
export type EscapeLevel = 'needed' | 'invisible' | 'brackets';

/**
 * Writes an output line so that it reads back as exactly this line and no other.
 *
 * @param text - Without its newline; holds none.
 * @param isEnded - False: no newline ends it, so it must be the last one.
 * @returns The line as it stands in a fence, with the rule that it needs.
 */
export function writeLiteral(text: string, isEnded: boolean, level: EscapeLevel = 'needed'): string {
	const plain = [text, `${text} (equal)`];
	const escaped = showInvisible(text);
	const candidates = [
		...(mustEscape(text, level) ? [] : plain),
		`${level === 'brackets' ? escaped.replaceAll('[', '\\x5b') : escaped} (esc)`,
		// What looks like a rule of the line is none when its bracket is an escape.
		`${escaped.replaceAll('(', '\\x28').replaceAll('[', '\\x5b')} (esc)`,
	].map((line) => (isEnded ? line : `${line} (no-eol)`));
	return candidates.find((line) => isExactly(line, text, isEnded)) ?? candidates.at(-1) ?? text;
}

function mustEscape(text: string, level: EscapeLevel): boolean {
	// A tab stays a tab where the fence stands at the margin, and reads better there.
	if (level === 'needed') return hasInvisible(text.replaceAll('\t', ''));
	return hasInvisible(text) || (level === 'brackets' && text.includes('['));
}

function isExactly(line: string, text: string, isEnded: boolean): boolean {
	const { rules, problems } = parseLineRules(line);
	const [rule] = rules;
	return (
		problems.length === 0 &&
		rules.length === 1 &&
		rule?.kind === 'literal' &&
		rule.text === text &&
		rule.hasNoEol === !isEnded &&
		rule.min === 1 &&
		rule.max === 1
	);
}
