// `[INFO]` is a text that programs print, so in code only the words of templates count.
const TEMPLATE_WORDS =
	/\[(?:auto-?\s?(?:generated|populated)|e\.g\.|generate with|previous|your|insert|placeholder)\b[^\]]*\]/i;
const TEMPLATE_NAMES = /\[(?:…|\.\.\.|UUID|TIMESTAMP|DATE|TIME|NAME|ID|PATH|VALUE|NUMBER|TODO|TBD)\]/;

/** Tells whether inline code or a fence holds a placeholder in square brackets that someone was to fill. */
export const isPlaceholderCode = (text: string): boolean =>
	text.includes('[') && (TEMPLATE_WORDS.test(text) || TEMPLATE_NAMES.test(text));

/** Tells whether prose is, or holds, a placeholder in square brackets. */
export const isPlaceholderProse = (text: string): boolean =>
	/^\[[^\]]*\]\W*$/.test(text.trim()) || isPlaceholderCode(text);
