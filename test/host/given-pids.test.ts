import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { GivenPids, YOUNG_MS } from '../../src/host/given-pids.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

describe('GivenPids', ({ test }) => {
	test('knows a number from the moment it was given, and nothing of times before', () => {
		const given = new GivenPids();
		given.add(7, 100);
		assert.ok(given.isGivenSince(7, 100));
		assert.not.ok(given.isGivenSince(7, 101));
		assert.not.ok(given.isGivenSince(8, 0));
	});

	test('takes a number that was given again for the later one', () => {
		const given = new GivenPids();
		given.add(7, 100);
		given.add(7, 200);
		assert.ok(given.isGivenSince(7, 150));
	});

	test('forgets what is no longer young, and nothing else, whatever was given when', () => {
		const gifts = fc.array(fc.record({ pid: fc.nat(20), laterMs: fc.nat(YOUNG_MS) }), { minLength: 1 });
		check(
			fc.property(gifts, (list) => {
				const given = new GivenPids();
				const lastMs = new Map<number, number>();
				let nowMs = 0;
				for (const { pid, laterMs } of list) {
					nowMs += laterMs;
					given.add(pid, nowMs);
					lastMs.set(pid, nowMs);
				}
				for (const [pid, atMs] of lastMs) {
					assert.is(given.isGivenSince(pid, 0), nowMs - atMs < YOUNG_MS);
					assert.not.ok(given.isGivenSince(pid, atMs + 1));
				}
			}),
		);
	});
});
