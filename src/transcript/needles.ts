/** Words to look for in bytes, all at once. */
export interface Needles {
	/** @returns Where the next of them begins at or behind `from`; -1 when there is none. */
	find(text: Buffer, from?: number): number;
	/** Bytes of the longest. */
	readonly longest: number;
}

/** Words that begin alike are found in one pass. */
const PREFIX_CHARS = 7;

/**
 * Makes a finder of words. Those that share their first 7 characters cost one pass over the bytes, however many there are.
 *
 * @param words - ASCII, none empty, at least one.
 */
export function createNeedles(words: readonly string[]): Needles {
	const groups = [...new Set(words.map((word) => word.slice(0, PREFIX_CHARS)))].map((prefix) =>
		createGroup(
			prefix,
			words.filter((word) => word.slice(0, PREFIX_CHARS) === prefix),
		),
	);
	return {
		longest: Math.max(...words.map((word) => word.length)),
		find(text, from = 0) {
			let first = -1;
			for (const group of groups) {
				const at = group(text, from, first === -1 ? text.length : first);
				if (at !== -1) first = at;
			}
			return first;
		},
	};
}

/** Finds the first of some words before `limit`. */
function createGroup(prefix: string, words: readonly string[]): (text: Buffer, from: number, limit: number) => number {
	const start = Buffer.from(prefix);
	const known = new Set(words);
	const lengths = [...new Set(words.map(({ length }) => length))];
	return (text, from, limit) => {
		for (let at = text.indexOf(start, from); at !== -1 && at < limit; at = text.indexOf(start, at + 1)) {
			if (lengths.some((length) => known.has(text.toString('latin1', at, at + length)))) return at;
		}
		return -1;
	};
}
