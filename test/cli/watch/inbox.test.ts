import * as assert from 'uvu/assert';
import { createInbox } from '../../../src/cli/watch/inbox.ts';
import { createFakeClock } from '../../helpers/fake-clock.ts';
import { describe } from '../../helpers/suite.ts';

const open = () => {
	const clock = createFakeClock();
	const abort = new AbortController();
	const inbox = createInbox(clock, abort.signal);
	const got: string[] = [];
	const fetch = async (): Promise<void> => void got.push(await inbox.next());
	return { clock, abort, inbox, got, fetch };
};

describe('createInbox()', ({ test }) => {
	test('makes one change of many hints, once it is quiet', async () => {
		const { clock, inbox, got, fetch } = open();
		const fetched = fetch();
		for (let hint = 0; hint < 5; hint += 1) {
			inbox.hint();
			clock.advance(90);
		}
		await Promise.resolve();
		assert.equal(got, []);
		clock.advance(10);
		await fetched;
		assert.equal(got, ['change']);
	});
	test('waits a second at most where it is never quiet', async () => {
		const { clock, inbox, got, fetch } = open();
		const fetched = fetch();
		for (let hint = 0; hint <= 20; hint += 1) {
			inbox.hint();
			clock.advance(50);
		}
		await fetched;
		assert.equal(got, ['change']);
		assert.is(clock.monotonicMs(), 1050);
	});
	test('keeps what came while nobody fetched, keys before changes', async () => {
		const { clock, inbox, got, fetch } = open();
		inbox.hint();
		clock.advance(100);
		inbox.press('failed');
		inbox.press('failed');
		await fetch();
		await fetch();
		assert.equal(got, ['failed', 'change']);
	});
	test('ends at once when it is aborted, before or while it waits', async () => {
		const { abort, inbox, got, fetch } = open();
		const fetched = fetch();
		abort.abort();
		await fetched;
		inbox.press('all');
		await fetch();
		assert.equal(got, ['quit', 'quit']);
	});
});
