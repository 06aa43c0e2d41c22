/** One line of an output. */
export interface ObservedLine {
	/** Without its newline; a CR before it stays. */
	readonly text: string;
	/** False only for a last line that no newline ends. */
	readonly hasEol: boolean;
}

/**
 * Parts an output into lines at LF. Empty output has none; output that ends in a newline has no empty line after it.
 */
export function splitLines(text: string): ObservedLine[] {
	if (text === '') return [];
	const lines = text.split('\n');
	const last = lines.pop() ?? '';
	const whole = lines.map((line) => ({ text: line, hasEol: true }));
	return last === '' ? whole : [...whole, { text: last, hasEol: false }];
}
