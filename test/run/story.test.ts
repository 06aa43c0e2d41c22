import * as assert from 'uvu/assert';
import type { RunEvent } from '../../src/core/events.ts';
import { createStory } from '../../src/run/story.ts';
import { createFakeClock } from '../helpers/fake-clock.ts';
import { describe } from '../helpers/suite.ts';

const warning = (message: string) => ({ type: 'warning', message, advice: null }) as const;
const messageOf = (event: RunEvent): string => (event.type === 'warning' ? event.message : event.type);

describe('createStory()', ({ test }) => {
	test('numbers events from 1 without gaps', () => {
		const seen: RunEvent[] = [];
		const story = createStory(createFakeClock(5), [{ name: 'r', onEvent: (event) => void seen.push(event) }]);
		story.tell(warning('a'));
		story.tell(warning('b'));
		assert.equal(
			seen.map(({ seq, atMs }) => [seq, atMs]),
			[
				[1, 5],
				[2, 5],
			],
		);
	});
	test('waits for a slow reporter before its next event, and delays nobody else', async () => {
		const slow: string[] = [];
		const quick: string[] = [];
		let release = (): void => {};
		const story = createStory(createFakeClock(), [
			{
				name: 'slow',
				onEvent: (event) => {
					slow.push(messageOf(event));
					return new Promise((resolve) => {
						release = resolve;
					});
				},
			},
			{ name: 'quick', onEvent: (event) => void quick.push(messageOf(event)) },
		]);
		for (const message of ['a', 'b']) story.tell(warning(message));
		assert.equal([slow, quick], [['a'], ['a', 'b']]);
		release();
		await Promise.resolve();
		const flushed = story.flush();
		await new Promise((resolve) => setImmediate(resolve));
		release();
		await flushed;
		assert.equal(slow, ['a', 'b']);
	});
	test('drops a reporter that throws, names it, and goes on with the others', async () => {
		const seen: string[] = [];
		const story = createStory(createFakeClock(), [
			{
				name: 'sync',
				onEvent: () => {
					throw new Error('one');
				},
			},
			{ name: 'async', onEvent: () => Promise.reject(new Error('two')) },
			{ name: 'good', onEvent: (event) => void seen.push(messageOf(event)) },
		]);
		for (const message of ['a', 'b']) story.tell(warning(message));
		await story.flush();
		assert.equal(seen, ['a', 'b']);
		assert.equal(
			story.failures.map(({ reporter }) => reporter),
			['sync', 'async'],
		);
	});
});
