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
		const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
		if (distance < bestDistance && distance <= Math.max(1, Math.floor(Math.max(name.length, wrong.length) / 3))) {
			best = name;
			bestDistance = distance;
		}
	}
	return best;
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i += 1) {
		const next = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
