/**
 * Compiles a glob as cram and scrut write them: `*` stands for any characters, `?` for one, `\*` `\?` `\\` for themselves.
 * Everything else, square brackets among it, is literal. A match costs at most the product of both lengths, never more.
 *
 * @returns Tells whether a whole text matches.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
	const tokens = tokenize(pattern);
	return (text) => isMatch(tokens, [...text]);
}

const ANY = Symbol('any characters');
const ONE = Symbol('one character');
type Token = string | typeof ANY | typeof ONE;

function tokenize(pattern: string): Token[] {
	const tokens: Token[] = [];
	for (const [char] of pattern.matchAll(/\\[*?\\]|[\s\S]/gu)) {
		if (char === '*') tokens.push(ANY);
		else if (char === '?') tokens.push(ONE);
		else tokens.push(char.length > 1 && char.startsWith('\\') ? char.slice(1) : char);
	}
	return tokens;
}

/** Only the last `*` is ever tried again: an earlier one that took more could not make a match possible. */
function isMatch(tokens: readonly Token[], chars: readonly string[]): boolean {
	let token = 0;
	let char = 0;
	let lastAny = -1;
	let charAtAny = 0;
	while (char < chars.length) {
		const wanted = tokens[token];
		if (wanted === ANY) {
			lastAny = token;
			charAtAny = char;
			token += 1;
		} else if (wanted === ONE || (wanted !== undefined && wanted === chars[char])) {
			token += 1;
			char += 1;
		} else if (lastAny >= 0) {
			token = lastAny + 1;
			charAtAny += 1;
			char = charAtAny;
		} else {
			return false;
		}
	}
	while (tokens[token] === ANY) token += 1;
	return token === tokens.length;
}

/**
 * Writes a text as a glob that matches this text alone.
 *
 * @returns The text with `*`, `?` and backslashes escaped.
 */
export const escapeGlob = (text: string): string => text.replace(/[*?\\]/g, '\\$&');
