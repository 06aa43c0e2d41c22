import type { Hashes } from '../core/ports.ts';

/** One part of a run that is split over several machines. */
export interface Shard {
	/** From 1 to `count`. */
	readonly index: number;
	readonly count: number;
}

/** What is dealt out, as a whole. */
export interface Weighted {
	/** The same on every machine. */
	readonly name: string;
	/** What it took the last time, milliseconds; `null`: nobody knows. */
	readonly durationMs: number | null;
}

/**
 * Picks what belongs to a shard. Every shard of the same list gets other items, and all together get all of them. The longest go first, each
 * to the shard that has the least to do; what nobody knows of counts as much as the others on average, in the order of a hash of its name.
 *
 * @param items - Names are unique; their order makes no difference.
 * @returns Names.
 * @throws {RangeError} `index` is not from 1 to `count`.
 */
export function pickShard(items: readonly Weighted[], shard: Shard, hashes: Hashes): ReadonlySet<string> {
	if (!(shard.index >= 1 && shard.index <= shard.count)) throw new RangeError('index must be from 1 to count');
	const known = items.flatMap(({ durationMs }) => durationMs ?? []);
	const mean = known.length === 0 ? 1 : known.reduce((sum, duration) => sum + duration, 0) / known.length;
	const weighed = items
		.map(({ name, durationMs }) => ({ name, weight: durationMs ?? mean, key: hashes.sha256(name) }))
		.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
	const loads = Array.from({ length: shard.count }, () => ({ weight: 0, names: [] as string[] }));
	for (const { name, weight } of weighed) {
		const least = loads.reduce((best, load) => (isLess(load, best) ? load : best));
		least.weight += weight;
		least.names.push(name);
	}
	return new Set(loads[shard.index - 1]?.names);
}

interface Load {
	readonly weight: number;
	readonly names: readonly string[];
}

/** What takes no time is dealt out by number. */
const isLess = (a: Load, b: Load): boolean =>
	a.weight === b.weight ? a.names.length < b.names.length : a.weight < b.weight;

/**
 * Shuffles by a seed. The same seed gives the same order, also of the items that stay when others come or go.
 *
 * @param nameOf - Unique for each item.
 */
export function shuffle<T>(
	items: readonly T[],
	nameOf: (item: T) => string,
	{ seed, hashes }: { readonly seed: number; readonly hashes: Hashes },
): readonly T[] {
	return items
		.map((item) => ({ item, key: hashes.sha256(`${seed}\n${nameOf(item)}`) }))
		.sort((a, b) => (a.key < b.key ? -1 : 1))
		.map(({ item }) => item);
}
