import type { Word, WordPart } from 'unbash';

/** A word of a command as far as it is known before it runs. */
export interface ShellWord {
	/** What the program will get; `null` when that is known only once it runs. */
	readonly text: string | null;
	/** False when it may become no word, or several. */
	readonly isSingle: boolean;
}

/** A command that a script would start, its own assignments and redirections judged already. */
export type SimpleCommand = readonly ShellWord[];

/** Why a command can't be let through, one sentence for its client. */
export class Refusal extends Error {
	override readonly name = 'Refusal';
}

/** A word whose text is known. */
export const known = (text: string): ShellWord => ({ text, isSingle: true });

const QUOTED = new Set(['SingleQuoted', 'DoubleQuoted', 'Literal']);

/** Reads a word of the parser. */
export function toShellWord(word: Word): ShellWord {
	// A tilde becomes somebody's home.
	const isHome = word.text.startsWith('~');
	if (!word.parts) return { text: isHome ? null : word.value, isSingle: true };
	const isFixed = !isHome && word.parts.every(isFixedPart);
	const isSingle = word.parts.every(
		(part) => QUOTED.has(part.type) && !(part.type === 'DoubleQuoted' && /\$\{?[@*]|\[[@*]\]/.test(part.text)),
	);
	return { text: isFixed ? word.value : null, isSingle };
}

const isFixedPart = (part: WordPart): boolean =>
	part.type === 'Literal' ||
	part.type === 'SingleQuoted' ||
	(part.type === 'DoubleQuoted' && part.parts.every(({ type }) => type === 'Literal'));
