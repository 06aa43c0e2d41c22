/**
 * Writes a number with its noun: `1 step`, `7 steps`, `2 successes`.
 *
 * @param many - The noun for every number but 1; default: `one` with an `s`.
 */
export const pluralize = (number: number, one: string, many = `${one}s`): string =>
	`${number} ${number === 1 ? one : many}`;
