import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { type Delivery, type ExecutionListener, MESSAGE_COST, type OutputMessage } from './delivery.ts';

/**
 * Never holds the command back: what the connection is too slow for waits, and once too much waits the oldest of it is dropped.
 *
 * @param limitBytes - What may wait.
 */
export function createNewestDelivery(limitBytes: number): Delivery {
	const waiting: OutputMessage[] = [];
	let waitingCost = 0;
	let listener: ExecutionListener | null = null;
	let end: ServerNotification | null = null;
	let isDone = false;
	let nextSeq = 0;
	const dropped = { bytes: 0, messages: 0 };

	const take = (): OutputMessage | undefined => {
		const message = waiting.shift();
		if (message) waitingCost -= message.bytes.length + MESSAGE_COST;
		return message;
	};
	const pump = (): void => {
		while (listener?.hasRoom && waiting.length > 0) {
			const message = take();
			if (message) listener.onOutput(message);
		}
		if (end === null || isDone || (listener && waiting.length > 0)) return;
		isDone = true;
		listener?.notify(end);
	};

	return {
		add: (message) => {
			nextSeq = message.seq + 1;
			waiting.push(message);
			waitingCost += message.bytes.length + MESSAGE_COST;
			pump();
			while (waitingCost > limitBytes) {
				const oldest = take();
				if (!oldest) break;
				dropped.bytes += oldest.bytes.length;
				dropped.messages += 1;
			}
		},
		finish: (notification) => {
			end = notification;
			pump();
		},
		attach: (next) => {
			listener = next;
			pump();
		},
		detach: () => {
			listener = null;
			waiting.length = 0;
			waitingCost = 0;
			pump();
		},
		onRoom: pump,
		ack: () => {},
		isHeld: false,
		get firstSeq() {
			return waiting[0]?.seq ?? nextSeq;
		},
		get isDone() {
			return isDone;
		},
		dropped,
	};
}
