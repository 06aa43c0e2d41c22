/** The lines of an output. */
export interface ObservedLines {
	/** Without their newlines; a CR before one stays. */
	readonly texts: readonly string[];
	/** False when no newline ends the last line. */
	readonly isLastEnded: boolean;
}

/** Parts an output into lines at LF. Empty output has none; output that ends in a newline has no empty line after it. */
export function splitLines(text: string): ObservedLines {
	if (text === '') return { texts: [], isLastEnded: true };
	const isLastEnded = text.endsWith('\n');
	return { texts: (isLastEnded ? text.slice(0, -1) : text).split('\n'), isLastEnded };
}

/** Tells whether a newline ends a line. */
export const isEnded = ({ texts, isLastEnded }: ObservedLines, index: number): boolean =>
	isLastEnded || index < texts.length - 1;
