import type { ServerNotification } from '../protocol/decode-server-message.ts';
import {
	encodeOutputFrame,
	encodeOutputHeader,
	OUTPUT_HEADER_BYTES,
	type OutputFrame,
} from '../protocol/output-frame.ts';
import type { ExecutionListener, OutputMessage } from './delivery.ts';
import { encodeOutputMessage } from './encode-output-message.ts';
import type { MessageMemory } from './message-memory.ts';
import type { Outbox } from './outbox.ts';

/** How an execution is told to a client. */
export interface TellerOptions {
	readonly executionId: string;
	/** Set: the output goes in binary messages with this number, else in `process.output`. */
	readonly channel: number | null;
	/** For JSON messages. */
	readonly memory: MessageMemory;
	readonly onDetached: ExecutionListener['onDetached'];
}

/** Copying less than that costs no more than a frame of its own. */
const SMALL = 8 * 1024;

/** Makes the listener that tells an execution to its client. */
export const createTeller = (outbox: Outbox, options: TellerOptions): ExecutionListener => new Teller(outbox, options);

class Teller implements ExecutionListener {
	readonly onDetached: ExecutionListener['onDetached'];
	readonly #outbox: Outbox;
	readonly #idJson: string;
	readonly #channel: number | null;
	readonly #memory: MessageMemory;

	constructor(outbox: Outbox, { executionId, channel, memory, onDetached }: TellerOptions) {
		this.onDetached = onDetached;
		this.#outbox = outbox;
		this.#idJson = JSON.stringify(executionId);
		this.#channel = channel;
		this.#memory = memory;
	}

	get hasRoom(): boolean {
		return !this.#outbox.isFull;
	}

	notify(notification: ServerNotification): void {
		this.#outbox.send({ jsonrpc: '2.0', ...notification });
	}

	onOutput({ stream, bytes, seq, atMs }: OutputMessage): void {
		if (this.#channel !== null) {
			tellBinary(this.#outbox, { channel: this.#channel, stream, seq, atMs, bytes });
			return;
		}
		const message = encodeOutputMessage({ stream, bytes, seq, atMs }, this.#idJson, this.#memory);
		this.#outbox.sendText(message, () => this.#memory.giveBack(message));
	}
}

function tellBinary(outbox: Outbox, frame: OutputFrame): void {
	const isSmall = frame.bytes.length < SMALL;
	const message = Buffer.allocUnsafe(OUTPUT_HEADER_BYTES + (isSmall ? frame.bytes.length : 0));
	if (isSmall) {
		encodeOutputFrame(frame, message);
		outbox.sendBinary(message);
	} else {
		encodeOutputHeader(frame, message);
		outbox.sendBinary(message, frame.bytes);
	}
}
