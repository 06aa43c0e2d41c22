import type { LineRule } from './line-rule.ts';
import { takes } from './match-lines.ts';
import { isEnded, type ObservedLines } from './observed-lines.ts';

/** What {@link matchUnordered} found. */
export interface UnorderedMatch {
	readonly isMatch: boolean;
	/** Rules that must take a line and find none, in order. */
	readonly missing: readonly LineRule[];
	/** Indices of lines that no rule is left for, in order. */
	readonly surplus: readonly number[];
}

/**
 * Matches lines and rules in any order: every line is taken by one rule, every rule takes as many as it says.
 */
export function matchUnordered(rules: readonly LineRule[], lines: ObservedLines): UnorderedMatch {
	const { missing, restRules, restLines } = takeEqualLines(rules, lines);
	// Two matchings, one that serves every rule and one that serves every line, always merge into one that does both
	// (Mendelsohn and Dulmage, 1958), so each is looked for alone.
	const needy = restRules.filter(({ min }) => min === 1);
	const canTake = (rule: LineRule, index: number): boolean => takes(rule, lines, index);
	const unserved = unpaired(needy, restLines, canTake);
	const endless = restRules.filter(({ max }) => max > 1);
	const single = restRules.filter(({ max }) => max === 1);
	const choosy = restLines.filter((index) => !endless.some((rule) => canTake(rule, index)));
	const surplus = unpaired(choosy, single, (index, rule) => canTake(rule, index));
	const allMissing = [...missing, ...unserved].sort((a, b) => a.lineNumber - b.lineNumber);
	return { isMatch: allMissing.length === 0 && surplus.length === 0, missing: allMissing, surplus };
}

/** A plain line can only be taken by its equal, and all equals are alike: no search is needed for them. */
function takeEqualLines(rules: readonly LineRule[], lines: ObservedLines) {
	const indicesOf = new Map<string, number[]>();
	for (let index = lines.texts.length - 1; index >= 0; index -= 1) {
		if (!isEnded(lines, index)) continue;
		const text = lines.texts[index] ?? '';
		const indices = indicesOf.get(text);
		if (indices) indices.push(index);
		else indicesOf.set(text, [index]);
	}
	const taken = new Set<number>();
	const missing: LineRule[] = [];
	for (const rule of rules.filter(isPlain)) {
		const index = indicesOf.get(rule.text)?.pop();
		if (index === undefined) missing.push(rule);
		else taken.add(index);
	}
	return {
		missing,
		restRules: rules.filter((rule) => !isPlain(rule)),
		restLines: [...lines.texts.keys()].filter((index) => !taken.has(index)),
	};
}

const isPlain = (rule: LineRule): boolean =>
	rule.kind === 'literal' && rule.source === rule.text && rule.min === 1 && rule.max === 1 && !rule.hasNoEol;

/**
 * Pairs as many askers as possible with one offer each, by augmenting paths (Kuhn).
 *
 * @returns Askers that stay alone, in order.
 */
function unpaired<A, O>(askers: readonly A[], offers: readonly O[], fits: (asker: A, offer: O) => boolean): A[] {
	const askerOf = new Map<O, A>();
	const alone: A[] = [];
	for (const asker of askers) {
		// No offer is left: the rest need not be tried.
		if (askerOf.size === offers.length || !augment(asker, offers, askerOf, fits)) alone.push(asker);
	}
	return alone;
}

/** Breadth first, so that a long chain of exchanges needs no deep stack. */
function augment<A, O>(
	asker: A,
	offers: readonly O[],
	askerOf: Map<O, A>,
	fits: (asker: A, offer: O) => boolean,
): boolean {
	const reachedBy = new Map<O, { asker: A; via: O | null }>();
	const queue: { asker: A; via: O | null }[] = [{ asker, via: null }];
	for (const entry of queue) {
		for (const offer of offers) {
			if (reachedBy.has(offer) || !fits(entry.asker, offer)) continue;
			reachedBy.set(offer, entry);
			const holder = askerOf.get(offer);
			if (holder === undefined) {
				exchange(offer, reachedBy, askerOf);
				return true;
			}
			queue.push({ asker: holder, via: offer });
		}
	}
	return false;
}

function exchange<A, O>(free: O, reachedBy: ReadonlyMap<O, { asker: A; via: O | null }>, askerOf: Map<O, A>): void {
	let offer: O | null = free;
	while (offer !== null) {
		const step = reachedBy.get(offer);
		if (!step) return;
		askerOf.set(offer, step.asker);
		offer = step.via;
	}
}
