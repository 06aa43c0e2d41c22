/** Longest file, lines. */
export const LIMIT_LINES = 400;

/**
 * Files that may be longer, each with its reason.
 *
 * A table is long because the world is; code that is long has two subjects.
 */
export const LONG_FILES: Readonly<Record<string, string>> = {};

/**
 * Finds files that are too long, and exceptions that are not needed.
 *
 * @param sources - Text by path.
 * @returns A sentence for each.
 */
export function checkSize(
	sources: ReadonlyMap<string, string>,
	exceptions: Readonly<Record<string, string>> = LONG_FILES,
): readonly string[] {
	const long = [...sources].filter(([, text]) => countLines(text) > LIMIT_LINES).map(([path]) => path);
	return [
		...long
			.filter((path) => !Object.hasOwn(exceptions, path))
			.map(
				(path) =>
					`${path}: ${countLines(sources.get(path) ?? '')} lines, ${LIMIT_LINES} is the limit: look for its second subject`,
			),
		...Object.keys(exceptions)
			.filter((path) => !long.includes(path))
			.map((path) => `${path}: is listed as long in scripts/checks/check-size.ts, but is not`),
	];
}

const countLines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
