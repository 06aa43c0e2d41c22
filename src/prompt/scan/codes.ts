/** Code units that mean something in markdown: comparing numbers is what makes the scanner fast. */
export const CODE = {
	tab: 9,
	lineFeed: 10,
	return: 13,
	space: 32,
	exclamation: 33,
	hash: 35,
	ampersand: 38,
	parenthesisEnd: 41,
	asterisk: 42,
	plus: 43,
	dash: 45,
	dot: 46,
	zero: 48,
	one: 49,
	nine: 57,
	colon: 58,
	less: 60,
	equals: 61,
	greater: 62,
	bracket: 91,
	backslash: 92,
	underscore: 95,
	backtick: 96,
	bar: 124,
	tilde: 126,
} as const;

/** Tells what separates words in a line of markdown. */
export const isSpaceOrTab = (code: number): boolean => code === CODE.space || code === CODE.tab;

/** Tells `0` to `9`. */
export const isDigit = (code: number): boolean => code >= CODE.zero && code <= CODE.nine;

/** Tells `a` to `z` and `A` to `Z`. */
export const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;

/** @returns How often the character at an offset stands there in a row, at most up to `end`. */
export function runLength(text: string, at: number, end: number): number {
	const code = text.charCodeAt(at);
	let stop = at;
	while (stop < end && text.charCodeAt(stop) === code) stop += 1;
	return stop - at;
}
