/**
 * Shares a budget out among those who want some of it: who wants little gets all of it, the others get equal parts of the rest.
 *
 * @param wanted - What each wants, integers of 0 or more.
 * @param budget - What there is in all.
 * @param least - What everyone gets of what it wants, even beyond the budget.
 * @returns What each gets, in the same order.
 */
export function shareOut(wanted: readonly number[], budget: number, least = 0): readonly number[] {
	const ascending = wanted.toSorted((a, b) => a - b);
	let left = budget;
	let limit = Number.POSITIVE_INFINITY;
	for (const [index, want] of ascending.entries()) {
		const equal = left / (ascending.length - index);
		if (want > equal) {
			limit = Math.floor(equal);
			break;
		}
		left -= want;
	}
	return wanted.map((want) => Math.min(want, Math.max(limit, least)));
}
