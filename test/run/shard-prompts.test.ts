import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { nodeHashes as hashes } from '../../src/host/node-hashes.ts';
import { pickShard, shuffle, type Weighted } from '../../src/run/shard-prompts.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const items = fc.uniqueArray(fc.record({ name: fc.string(), durationMs: fc.option(fc.nat(600_000)) }), {
	selector: ({ name }) => name,
	maxLength: 40,
});
const shards = (list: readonly Weighted[], count: number): ReadonlySet<string>[] =>
	Array.from({ length: count }, (_, index) => pickShard(list, { index: index + 1, count }, hashes));

describe('pickShard()', ({ test }) => {
	test('gives every item to exactly one shard', () => {
		check(
			fc.property(items, fc.integer({ min: 1, max: 12 }), (list, count) => {
				const dealt = shards(list, count).flatMap((shard) => [...shard]);
				assert.equal(dealt.sort(), list.map(({ name }) => name).sort());
			}),
		);
	});
	test('does not care for the order of the items', () => {
		check(
			fc.property(items, fc.integer({ min: 1, max: 12 }), (list, count) => {
				assert.equal(shards(list, count), shards(list.toReversed(), count));
			}),
		);
	});
	test('leaves no shard longer than a fair share and the longest item', () => {
		check(
			fc.property(items, fc.integer({ min: 1, max: 12 }), (list, count) => {
				const known = list.map((item) => ({ ...item, durationMs: item.durationMs ?? 1000 }));
				const durations = new Map(known.map(({ name, durationMs }) => [name, durationMs]));
				const sum = (names: Iterable<string>): number =>
					[...names].reduce((total, name) => total + (durations.get(name) ?? 0), 0);
				const fair = sum(durations.keys()) / count + Math.max(0, ...durations.values());
				for (const shard of shards(known, count)) assert.ok(sum(shard) <= fair + 1e-6);
			}),
		);
	});
	test('deals out by number what nobody knows the time of', () => {
		const list = Array.from({ length: 10 }, (_, index) => ({ name: `p${index}.md`, durationMs: null }));
		assert.equal(
			shards(list, 4)
				.map(({ size }) => size)
				.sort(),
			[2, 2, 3, 3],
		);
	});
	test('refuses a shard that does not exist', () => {
		assert.throws(() => pickShard([], { index: 3, count: 2 }, hashes), /from 1 to count/);
		assert.throws(() => pickShard([], { index: 0, count: 2 }, hashes), /from 1 to count/);
	});
});

describe('shuffle()', ({ test }) => {
	const shuffled = (names: readonly string[], seed: number): readonly string[] =>
		shuffle(names, (name) => name, { seed, hashes });
	test('gives the same order for the same seed, and loses nothing', () => {
		check(
			fc.property(fc.uniqueArray(fc.string()), fc.nat(), (names, seed) => {
				assert.equal(shuffled(names, seed), shuffled(names.toReversed(), seed));
				assert.equal([...shuffled(names, seed)].sort(), [...names].sort());
			}),
		);
	});
	test('keeps the order of those that stay', () => {
		const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
		const fewer = names.filter((_, index) => index % 3 !== 0);
		assert.equal(
			shuffled(names, 7).filter((name) => fewer.includes(name)),
			shuffled(fewer, 7),
		);
		assert.not.equal(shuffled(names, 7), shuffled(names, 8));
	});
});
