/** A parsed object whose fields nobody has checked. */
export type Json = Readonly<Record<string, unknown>>;

/** @returns The value when it is an object and no array, else `null`. */
export const asRecord = (value: unknown): Json | null =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;

/** @returns The value when it is an array, else an empty one. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** @returns The value when it is a string, else an empty one. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Collects every string in a value, keys left out, in order; nesting of any depth is fine. */
export function textsIn(value: unknown): string[] {
	const texts: string[] = [];
	const rest: unknown[] = [value];
	while (rest.length > 0) {
		const item = rest.pop();
		if (typeof item === 'string') texts.push(item);
		// Backwards, so that the stack gives them in order; one by one, since a call takes only so many arguments.
		else if (typeof item === 'object' && item !== null)
			for (const inner of Object.values(item).reverse()) rest.push(inner);
	}
	return texts;
}

/** Reads content that is a string, or a list of strings and of blocks with a text; other blocks have none. */
export const textOfContent = (content: unknown): string =>
	typeof content === 'string'
		? content
		: asList(content)
				.flatMap((block) => (typeof block === 'string' ? block : (asRecord(block)?.text ?? [])))
				.filter((text) => typeof text === 'string')
				.join('\n');

/** Parses a line; `null` for anything that is no JSON. */
export function parseJson(line: Buffer): unknown {
	try {
		return JSON.parse(line.toString());
	} catch {
		return null;
	}
}
