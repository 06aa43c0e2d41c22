import * as assert from 'uvu/assert';
import { createMessageMemory, FRESH_MEMORY } from '../../src/executor/message-memory.ts';
import { describe } from '../helpers/suite.ts';

describe('createMessageMemory()', ({ test }) => {
	test('gives the memory of a message again once it was given back, and not before', () => {
		const memory = createMessageMemory();
		const first = memory.take(70_000);
		const second = memory.take(65_000);
		assert.is(first.length, 70_000);
		assert.is.not(first.buffer, second.buffer);
		memory.giveBack(first);
		assert.is(memory.take(100_000).buffer, first.buffer);
	});
	test('takes messages of any size', () => {
		const memory = createMessageMemory();
		for (const sizeBytes of [0, 1, 4095, 4096, 131_072, 131_073, 400_000]) {
			const message = memory.take(sizeBytes);
			assert.is(message.length, sizeBytes);
			memory.giveBack(message);
		}
		assert.is(memory.take(131_072).length, 131_072);
	});
});

describe('FRESH_MEMORY', ({ test }) => {
	test('never gives memory twice', () => {
		const first = FRESH_MEMORY.take(70_000);
		FRESH_MEMORY.giveBack(first);
		assert.is.not(FRESH_MEMORY.take(70_000).buffer, first.buffer);
	});
});
