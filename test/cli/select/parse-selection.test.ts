import * as assert from 'uvu/assert';
import { parseArgv } from '../../../src/cli/parse-argv.ts';
import { parseSelection } from '../../../src/cli/select/parse-selection.ts';
import { describe } from '../../helpers/suite.ts';

const parse = (...args: string[]) => {
	const parsed = parseArgv(['a.md', ...args]);
	if (parsed.kind !== 'command') throw new Error(parsed.kind);
	return parseSelection(parsed.options);
};

describe('parseSelection()', ({ test }) => {
	test('asks for nothing by itself', () => {
		assert.equal(parse(), {
			filters: [],
			isFailed: false,
			changedSince: null,
			shard: null,
			repeat: 1,
			bail: null,
			seed: null,
			isDryRun: false,
			isWatch: false,
		});
	});
	test('reads what was typed, numbers and words alike', () => {
		const { filters, shard, repeat, bail, seed, changedSince } = parse(
			...['--step', '2', '--grep', '7', '--grep', 'two words', '--tag', 'a,!b', '--shard', '2/3'],
			...['--repeat', '5', '--bail=3', '--seed', '0', '--changed', 'origin/main'],
		);
		assert.equal(
			filters.map(({ label }) => label),
			['--step 2', '--grep 7 --grep "two words"', '--tag a,!b'],
		);
		assert.equal([shard, repeat, bail, seed], [{ index: 2, count: 3 }, 5, 3, 0]);
		assert.is(changedSince, 'origin/main');
		assert.equal([parse('--bail').bail, parse('--seed', 'random').seed], [1, 'random']);
	});
	for (const [args, says] of [
		[['--shard', '3/2'], /Cannot use --shard 3\/2/],
		[['--shard', '1'], /Cannot use --shard 1: it is no part of a whole/],
		[['--repeat', '0'], /Cannot use --repeat 0/],
		[['--bail=x'], /Cannot use --bail x/],
		[['--seed', 'x'], /Cannot use --seed x/],
		[['--seed', '1', '--seed', '2'], /given 2 times/],
		[['--grep', '/(/'], /Cannot use --grep: Invalid regular expression/],
		[['--step', '3-1'], /Cannot use --step 3-1/],
		[['--watch', '--dry-run'], /Cannot use --watch and --dry-run together/],
		[['--watch', '--repeat', '2'], /Cannot use --watch and --repeat together/],
		[['--repeat', '2', '--report', 'tap=x.tap'], /Cannot use --repeat and --report together/],
	] as const) {
		test(`refuses ${args.join(' ')}`, () => {
			assert.throws(() => parse(...args), says);
		});
	}
});
