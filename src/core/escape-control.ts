const NAMED: Readonly<Record<string, string>> = {
	'\u001b': '\\e',
	'\r': '\\r',
	'\0': '\\0',
	'\u0007': '\\a',
	'\b': '\\b',
};
const PLAIN = /^[\t\n\u0020-\u007e]*$/;
// C0 (without tab and line feed), DEL, C1, and the marks that reorder or hide text on a screen.
const HOSTILE = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Makes foreign text harmless for a terminal or a log: control characters, escape sequences and bidirectional marks
 * become visible escapes (`\e[31m`, `\r`, `\u{202e}`). Tabs and line feeds stay.
 */
export const escapeControl = (text: string): string =>
	isPlain(text)
		? text
		: text.replace(HOSTILE, (char) => NAMED[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

/** Tells quickly that a text holds printable ASCII, tabs and line feeds only, as nearly all do: nothing to escape, no half characters. */
export const isPlain = (text: string): boolean => PLAIN.test(text);
