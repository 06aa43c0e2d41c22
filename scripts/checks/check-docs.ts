const EXPORT =
	/^export\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\*?|const|let|class|interface|type|enum)\s+([\w$]+)/;

/**
 * Finds exports without a docstring.
 *
 * @param path - Named in what comes back.
 * @returns A sentence with `path:line` for each exported name whose declaration does not follow a `/** … *\/` block; of overloads only
 *   the first needs one.
 */
export function checkDocs(path: string, source: string): readonly string[] {
	const lines = source.split('\n');
	const seen = new Set<string>();
	return lines.flatMap((line, index) => {
		const name = EXPORT.exec(line)?.[1];
		if (name === undefined || seen.has(name)) return [];
		seen.add(name);
		return isDocumented(lines, index) ? [] : [`${path}:${index + 1}: ${name} has no docstring`];
	});
}

function isDocumented(lines: readonly string[], index: number): boolean {
	let above = index - 1;
	// Lines for tools may stand between.
	while (/^\s*\/\/ (?:biome-ignore|@ts-)/.test(lines[above] ?? '')) above -= 1;
	if (!(lines[above] ?? '').trimEnd().endsWith('*/')) return false;
	let start = above;
	while (start > 0 && !/^\s*\/\*/.test(lines[start] ?? '')) start -= 1;
	const block = lines
		.slice(start, above + 1)
		.join('\n')
		.trim();
	return block.startsWith('/**') && /[A-Za-z]/.test(block);
}
