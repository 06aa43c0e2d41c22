import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { type Delivery, type ExecutionListener, MESSAGE_COST, type OutputMessage } from './delivery.ts';

/**
 * Keeps what is not acknowledged, so that a later connection can be told it again. Once too much is kept nothing may be read: whatever
 * a broken connection took with it is still here.
 *
 * @param limitBytes - What may be kept; reading goes on at half of it.
 * @param onChange - Called when `isHeld` or `isDone` may have changed.
 */
export function createLeasedDelivery(limitBytes: number, onChange: () => void): Delivery {
	/** In the order of their `seq`, without gaps. */
	const kept: OutputMessage[] = [];
	let keptCost = 0;
	/** Of the last message that was added. */
	let lastSeq = -1;
	/** The next one to tell. */
	let nextSeq = 0;
	let listener: ExecutionListener | null = null;
	let isFull = false;
	let end: ServerNotification | null = null;
	let isEndTold = false;

	const firstSeq = (): number => kept[0]?.seq ?? lastSeq + 1;
	const pump = (): void => {
		while (listener?.hasRoom && nextSeq <= lastSeq) {
			const message = kept[nextSeq - firstSeq()];
			if (!message) break;
			nextSeq += 1;
			listener.onOutput(message);
		}
		if (!listener || end === null || isEndTold || nextSeq <= lastSeq) return;
		isEndTold = true;
		listener.notify(end);
	};
	const letGo = (count: number): void => {
		for (const message of kept.splice(0, count)) keptCost -= message.bytes.length + MESSAGE_COST;
		if (keptCost <= limitBytes / 2) isFull = false;
	};

	return {
		add: (message) => {
			kept.push(message);
			keptCost += message.bytes.length + MESSAGE_COST;
			lastSeq = message.seq;
			if (keptCost >= limitBytes && !isFull) {
				isFull = true;
				onChange();
			}
			pump();
		},
		finish: (notification) => {
			end = notification;
			pump();
			onChange();
		},
		attach: (next, fromSeq) => {
			listener = next;
			// Who has received a message needs it no more.
			letGo(Math.max(0, fromSeq - firstSeq()));
			nextSeq = Math.max(fromSeq, firstSeq());
			isEndTold = false;
			pump();
			onChange();
		},
		detach: () => {
			listener = null;
		},
		onRoom: pump,
		ack: (seq) => {
			// What was not told can't have been received.
			letGo(Math.max(0, Math.min(seq, nextSeq - 1) - firstSeq() + 1));
			onChange();
		},
		get isHeld() {
			return isFull;
		},
		get firstSeq() {
			return firstSeq();
		},
		get isDone() {
			return end !== null && kept.length === 0;
		},
		dropped: { bytes: 0, messages: 0 },
	};
}
