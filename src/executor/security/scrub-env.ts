/**
 * Leaves out what commands must not see.
 *
 * @param patterns - Names, `*` stands for any characters; upper and lower case are the same.
 */
export function scrubEnv(
	env: Readonly<Record<string, string | undefined>>,
	patterns: readonly string[],
): Record<string, string> {
	const dropped = patterns.map(
		(pattern) => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i'),
	);
	return Object.fromEntries(
		Object.entries(env).flatMap(([name, value]) =>
			value === undefined || dropped.some((pattern) => pattern.test(name)) ? [] : [[name, value]],
		),
	);
}
