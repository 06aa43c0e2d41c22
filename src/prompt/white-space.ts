const SPACE = 32;
const TAB = 9;
const RETURN = 13;
/** Below it white space is a blank or one of five control characters. */
const NO_BREAK_SPACE = 0xa0;

/** Tells the code units that `\s` stands for, without a regular expression: it is asked for nearly every character. */
export function isWhite(code: number): boolean {
	if (code < NO_BREAK_SPACE) return code === SPACE || (code >= TAB && code <= RETURN);
	return /\s/.test(String.fromCharCode(code));
}

/** Folds each run of white space to one blank and trims. */
export const foldSpace = (text: string): string => (isFolded(text) ? text : text.replace(/\s+/g, ' ').trim());

/** Most texts are as they should be, and finding that out is all that they cost. */
function isFolded(text: string): boolean {
	let wasWhite = true;
	for (let at = 0; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		const isNowWhite = isWhite(code);
		if (isNowWhite && (wasWhite || code !== SPACE)) return false;
		wasWhite = isNowWhite;
	}
	return !wasWhite || text === '';
}
