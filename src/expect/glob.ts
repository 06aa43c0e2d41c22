/**
 * Compiles a glob as cram and scrut write them: `*` stands for any characters, `?` for one, `\*` `\?` `\\` for themselves.
 * Everything else, square brackets among it, is literal. A match costs at most the product of both lengths, never more.
 *
 * @returns Tells whether a whole text matches.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
	const tokens = tokenize(pattern);
	if (tokens.includes(ONE)) return (text) => isMatch(tokens, [...text]);
	const pieces = piecesBetween(tokens);
	return (text) => holdsInOrder(pieces, text);
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

/** The literal texts between the stars, empty ones too. */
function piecesBetween(tokens: readonly Token[]): readonly string[] {
	const pieces = [''];
	for (const token of tokens) {
		if (typeof token !== 'string') pieces.push('');
		else pieces[pieces.length - 1] += token;
	}
	return pieces;
}

/** Without `?` a glob is texts in order, the first at the start and the last at the end: the common case, and the fast one. */
function holdsInOrder(pieces: readonly string[], text: string): boolean {
	const first = pieces[0] ?? '';
	const last = pieces.at(-1) ?? '';
	if (pieces.length === 1) return text === first;
	if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
	const end = text.length - last.length;
	let at = first.length;
	for (const piece of pieces.slice(1, -1)) {
		const found = text.indexOf(piece, at);
		if (found < 0 || found + piece.length > end) return false;
		at = found + piece.length;
	}
	return true;
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
