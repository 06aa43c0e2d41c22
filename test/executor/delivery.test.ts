import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import type { ExecutionListener, OutputMessage } from '../../src/executor/delivery.ts';
import { createLeasedDelivery } from '../../src/executor/leased-delivery.ts';
import { createNewestDelivery } from '../../src/executor/newest-delivery.ts';
import { check } from '../helpers/check.ts';
import { describe } from '../helpers/suite.ts';

const END = { method: 'process.error', params: { error: 'the end' } } as const;

const messageOf = (seq: number, sizeBytes = 10): OutputMessage => ({
	stream: 'stdout',
	bytes: Buffer.alloc(sizeBytes),
	seq,
	atMs: 0,
});

/** A connection that breaks with some messages still on the way. */
class Line implements ExecutionListener {
	hasRoom = true;
	readonly told: number[] = [];
	ends = 0;
	notify(): void {
		this.ends += 1;
	}
	onOutput({ seq }: OutputMessage): void {
		this.told.push(seq);
	}
	onDetached(): void {}
}

describe('createLeasedDelivery()', ({ test }) => {
	test('loses and repeats nothing, whatever breaks when', () => {
		const step = fc.oneof(
			{ weight: 5, arbitrary: fc.constant('print' as const) },
			{ weight: 2, arbitrary: fc.constant('ack' as const) },
			{ weight: 1, arbitrary: fc.constant('break' as const) },
			{ weight: 1, arbitrary: fc.constant('room' as const) },
		);
		const steps = fc.array(fc.record({ step, share: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 200 });
		check(
			fc.property(steps, (list) => {
				const delivery = createLeasedDelivery(2100, () => {});
				const received: number[] = [];
				let line = new Line();
				let printed = 0;
				delivery.attach(line, 0);
				for (const { step, share } of list) {
					if (step === 'print' && !delivery.isHeld) delivery.add(messageOf(printed++));
					else if (step === 'room') {
						line.hasRoom = !line.hasRoom;
						delivery.onRoom();
					} else if (step === 'ack') {
						received.push(...line.told.splice(0, Math.ceil(line.told.length * share)));
						delivery.ack(received.length - 1);
					} else if (step === 'break') {
						// A part of what was told arrived.
						received.push(...line.told.slice(0, Math.floor(line.told.length * share)));
						delivery.detach();
						line = new Line();
						delivery.attach(line, received.length);
					}
				}
				delivery.finish(END);
				line.hasRoom = true;
				delivery.onRoom();
				received.push(...line.told);
				assert.equal(
					received,
					Array.from({ length: printed }, (_, seq) => seq),
				);
				assert.is(line.ends, 1);
				delivery.ack(printed - 1);
				assert.ok(delivery.isDone);
			}),
			{ numRuns: 300 },
		);
	});

	test('holds once the limit is kept, whether somebody listens or not, and reads on at half of it', () => {
		const delivery = createLeasedDelivery(2100, () => {});
		for (let seq = 0; seq < 10; seq += 1) {
			assert.not(delivery.isHeld);
			delivery.add(messageOf(seq));
		}
		assert.ok(delivery.isHeld);
		const line = new Line();
		delivery.attach(line, 0);
		assert.is(line.told.length, 10);
		assert.ok(delivery.isHeld);
		delivery.ack(3);
		assert.ok(delivery.isHeld);
		delivery.ack(4);
		assert.not(delivery.isHeld);
		assert.is(delivery.firstSeq, 5);
	});

	test('does not let go of what was not told yet', () => {
		const delivery = createLeasedDelivery(2100, () => {});
		delivery.add(messageOf(0));
		delivery.ack(1_000_000);
		assert.is(delivery.firstSeq, 0);
	});
});

describe('createNewestDelivery()', ({ test }) => {
	test('keeps the newest of what the connection is too slow for, and counts the rest', () => {
		const delivery = createNewestDelivery(2100);
		const line = new Line();
		delivery.attach(line, 0);
		delivery.add(messageOf(0));
		line.hasRoom = false;
		for (let seq = 1; seq <= 30; seq += 1) delivery.add(messageOf(seq));
		delivery.finish(END);
		assert.not(delivery.isHeld);
		assert.equal(line.told, [0]);
		assert.is(line.ends, 0);
		line.hasRoom = true;
		delivery.onRoom();
		assert.equal(line.told, [0, ...Array.from({ length: 10 }, (_, index) => 21 + index)]);
		assert.equal({ ...delivery.dropped }, { bytes: 200, messages: 20 });
		assert.is(line.ends, 1);
		assert.ok(delivery.isDone);
	});

	test('is done without anybody who listens', () => {
		const delivery = createNewestDelivery(2100);
		delivery.attach(new Line(), 0);
		delivery.detach();
		delivery.add(messageOf(0));
		delivery.finish(END);
		assert.ok(delivery.isDone);
	});
});
