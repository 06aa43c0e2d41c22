import { hasInvisible, showInvisible } from './escapes.ts';

const LIMIT = 60;

/**
 * Quotes a text for a message: on one line, in double quotes, invisible characters as escapes, at most 60 characters of it.
 */
export function quote(text: string): string {
	const isPlain = !text.includes('\n') && !hasInvisible(text);
	const shown = isPlain ? text : showInvisible(text).replace(/\n/g, '\\n');
	return `"${shown.length > LIMIT ? `${shown.slice(0, LIMIT - 1)}…` : shown}"`;
}
