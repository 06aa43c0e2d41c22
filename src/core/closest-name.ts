/**
 * Finds the name that a mistyped one was probably meant to be.
 *
 * @param wrong - What was typed.
 * @param names - What is allowed.
 * @returns The nearest name by edit distance, when at most a third of its letters differ; else `null`.
 */
export function closestName(wrong: string, names: Iterable<string>): string | null {
	let best: string | null = null;
	let bestDistance = Number.POSITIVE_INFINITY;
	for (const name of names) {
		const most = Math.max(1, Math.floor(Math.max(name.length, wrong.length) / 3));
		// Each letter that one of them has more is an edit.
		if (Math.abs(name.length - wrong.length) > most) continue;
		const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
		if (distance < bestDistance && distance <= most) {
			best = name;
			bestDistance = distance;
		}
	}
	return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours, each one edit (optimal string alignment). */
function editDistance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i += 1) {
		const row = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			const swap = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
			row.push(Math.min(substitution, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swap));
		}
		beforeLast = last;
		last = row;
	}
	return last[b.length] ?? 0;
}
