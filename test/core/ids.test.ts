import * as assert from 'uvu/assert';
import { createMarker, createUuidV7, isMarker } from '../../src/core/ids.ts';
import { describe } from '../helpers/suite.ts';

const clock = { nowMs: () => 1_750_000_000_123, monotonicMs: () => 0, schedule: () => () => {} };
const random = { bytes: (length: number) => new Uint8Array(length).fill(255) };

describe('createUuidV7()', ({ test }) => {
	test('puts the milliseconds first, then version and variant', () => {
		assert.is(createUuidV7(clock, random), '01977420-dc7b-7fff-bfff-ffffffffffff');
	});
});

describe('createMarker()', ({ test }) => {
	test('folds the step name to letters, digits and underscores', () => {
		assert.is(
			createMarker(' Start: the "server" ', clock, random),
			`MARKER_Start_the_server_1750000000_${'Z'.repeat(26)}`,
		);
	});
	test('names a step of foreign letters "step"', () => {
		assert.is(createMarker('日本', clock, random), `MARKER_step_1750000000_${'Z'.repeat(26)}`);
	});
});

describe('isMarker()', ({ test }) => {
	test('accepts what createMarker() makes', () => {
		assert.ok(isMarker(createMarker('any step', clock, random)));
	});
	test('refuses every character that a shell or a pattern could read', () => {
		for (const bad of ['MARKER_a_1_$(x)', `MARKER_a'b_1_${'Z'.repeat(26)}`, `MARKER_a_1_${'Z'.repeat(26)}\n`, '']) {
			assert.not(isMarker(bad), bad);
		}
	});
});
