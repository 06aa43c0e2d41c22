import * as assert from 'uvu/assert';
import type { RunEventBody } from '../../src/core/events.ts';
import { holdStory } from '../../src/run/hold-story.ts';
import { describe } from '../helpers/suite.ts';

const warning = (message: string): RunEventBody => ({ type: 'warning', message, advice: null });

describe('holdStory()', ({ test }) => {
	test('keeps what is told until it is released, then tells all in order and the rest at once', () => {
		const told: string[] = [];
		const held = holdStory({
			tell: (body) => void told.push(body.type === 'warning' ? body.message : body.type),
			flush: async () => {},
			failures: [],
		});
		held.story.tell(warning('first'));
		held.story.tell(warning('second'));
		assert.equal(told, []);
		told.push('what came before');
		held.release();
		held.story.tell(warning('third'));
		held.release();
		assert.equal(told, ['what came before', 'first', 'second', 'third']);
	});
});
