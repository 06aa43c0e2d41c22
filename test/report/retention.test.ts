import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import {
	CONFIRMABLE_MS,
	chooseRemovals,
	type KeptRun,
	type RetentionPolicy,
	UNFINISHED_MS,
} from '../../src/report/retention.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const NOW = 1_800_000_000_000;
const NO_LIMIT: RetentionPolicy = { runs: 0, ageMs: 0, bytes: 0 };
const DAY = 86_400_000;

/** The `index`th run, by default ten days old. */
const run = (index: number, more: Partial<KeptRun> = {}): KeptRun => ({
	run: `run-${String(index).padStart(6, '0')}`,
	prompts: ['a.md'],
	writtenMs: NOW - 10 * DAY,
	bytes: 100,
	...more,
});
const series = (count: number, more: Partial<KeptRun> = {}): KeptRun[] =>
	Array.from({ length: count }, (_, index) => run(index + 1, more));
const told = (runs: readonly KeptRun[], policy: Partial<RetentionPolicy>): string[] =>
	chooseRemovals(runs, { ...NO_LIMIT, ...policy }, NOW).map(
		(removal) => `${Number(removal.run.slice(4))} ${removal.why}`,
	);

describe('chooseRemovals()', ({ test }) => {
	test('keeps the newest runs of each prompt, and a run for any of its prompts', () => {
		assert.equal(told(series(5), { runs: 3 }), ['1 runs', '2 runs']);
		const mixed = [run(1, { prompts: ['b.md', 'a.md'] }), ...series(4).slice(1)];
		assert.equal(told(mixed, { runs: 2 }), ['2 runs'], 'the first is the newest of b.md');
	});

	test('lets runs go by age, but the newest of each prompt', () => {
		assert.equal(told([run(1), run(2), run(3, { prompts: ['b.md'] })], { ageMs: 9 * DAY }), ['1 age']);
	});

	test('lets the oldest go by size, and none older slips into the gap', () => {
		assert.equal(told(series(4), { bytes: 250 }), ['1 bytes', '2 bytes']);
		const uneven = [run(1, { bytes: 1 }), run(2, { bytes: 500 }), run(3)];
		assert.equal(told(uneven, { bytes: 250 }), ['1 bytes', '2 bytes']);
	});

	test('keeps what may still be confirmed, and what may still go on', () => {
		const fresh = { writtenMs: NOW - CONFIRMABLE_MS + 1 };
		assert.equal(told(series(3, fresh), { runs: 1, ageMs: 1, bytes: 1 }), []);
		assert.equal(told(series(3, { prompts: null }), { runs: 1, ageMs: 1, bytes: 1 }), []);
		assert.equal(told(series(2, { prompts: null, writtenMs: NOW - UNFINISHED_MS }), { runs: 50 }), [
			'1 unfinished',
			'2 unfinished',
		]);
		assert.equal(told(series(3, { writtenMs: NOW + DAY }), { runs: 1 }), [], 'clocks that went back');
	});

	const policies = fc.record({
		runs: fc.nat(5),
		ageMs: fc.constantFrom(0, 2 * DAY, 20 * DAY),
		bytes: fc.constantFrom(0, 1, 300, 2000),
	});
	const histories = fc
		.array(
			fc.record({
				prompts: fc.option(fc.array(fc.constantFrom('a.md', 'b.md', 'c.md'), { maxLength: 3 })),
				writtenMs: fc.integer({ min: NOW - 60 * DAY, max: NOW }),
				bytes: fc.nat(500),
			}),
			{ maxLength: 30 },
		)
		.map((runs) => runs.map((more, index) => run(index, more)));

	test('never takes a protected run, and takes nothing without a limit', () => {
		check(
			fc.property(histories, policies, (runs, policy) => {
				const gone = new Set(chooseRemovals(runs, policy, NOW).map((removal) => removal.run));
				assert.equal(chooseRemovals(runs, NO_LIMIT, NOW), []);
				for (const { run: id, prompts, writtenMs } of runs) {
					if (NOW - writtenMs < (prompts === null ? UNFINISHED_MS : CONFIRMABLE_MS)) assert.not(gone.has(id));
				}
				for (const prompt of ['a.md', 'b.md', 'c.md']) {
					const newest = runs.filter(({ prompts }) => prompts?.includes(prompt)).at(-1);
					if (newest !== undefined) assert.not(gone.has(newest.run), `the newest of ${prompt}`);
				}
			}),
		);
	});

	test('holds the limits for all that is not protected', () => {
		check(
			fc.property(histories, policies, (runs, policy) => {
				const gone = new Set(chooseRemovals(runs, policy, NOW).map((removal) => removal.run));
				const kept = runs.filter(({ run: id }) => !gone.has(id));
				const isNewest = (candidate: KeptRun): boolean =>
					(candidate.prompts ?? []).some(
						(prompt) => runs.filter((other) => other.prompts?.includes(prompt)).at(-1) === candidate,
					);
				const free = kept.filter(
					(one) => one.prompts !== null && NOW - one.writtenMs >= CONFIRMABLE_MS && !isNewest(one),
				);
				for (const one of free) {
					if (policy.ageMs > 0) assert.ok(NOW - one.writtenMs <= policy.ageMs);
					if (policy.runs > 0) {
						const isAmong = (one.prompts ?? []).some((prompt) =>
							runs
								.filter((other) => other.prompts?.includes(prompt))
								.slice(-policy.runs)
								.includes(one),
						);
						assert.ok(isAmong);
					}
					if (policy.bytes > 0) {
						const upTo = kept.filter((other) => other.run >= one.run).reduce((sum, { bytes }) => sum + bytes, 0);
						assert.ok(upTo <= policy.bytes);
					}
				}
			}),
		);
	});

	test('does not depend on the order, and has nothing more to do the second time', () => {
		check(
			fc.property(histories, policies, (runs, policy) => {
				const first = chooseRemovals(runs, policy, NOW);
				assert.equal(chooseRemovals([...runs].reverse(), policy, NOW), first);
				const gone = new Set(first.map((removal) => removal.run));
				assert.equal(
					chooseRemovals(
						runs.filter(({ run: id }) => !gone.has(id)),
						policy,
						NOW,
					),
					[],
				);
			}),
		);
	});
});
