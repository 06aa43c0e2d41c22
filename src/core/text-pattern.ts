/**
 * Turns a pattern as people write it into a regular expression: `/…/flags` is one, anything else is literal text.
 *
 * @throws {SyntaxError} What stands between the slashes is no regular expression.
 */
export function toRegExp(pattern: string): RegExp {
	const written = /^\/(.+)\/([imsu]*)$/s.exec(pattern);
	if (written?.[1] !== undefined) return new RegExp(written[1], written[2]);
	return new RegExp(pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

/** @returns Why a pattern can't be used, as the JavaScript engine says it; `null` when it can. */
export function explainBadPattern(pattern: string): string | null {
	try {
		toRegExp(pattern);
		return null;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}
