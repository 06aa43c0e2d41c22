import type { Clock } from '../core/ports.ts';
import { scheduleLimit } from '../core/schedule-limit.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import type { OutputMessage } from './delivery.ts';
import { createDirectDelivery, type Delivery, type DroppedOutput, type ExecutionListener } from './delivery.ts';
import { createLeasedDelivery } from './leased-delivery.ts';
import { createNewestDelivery } from './newest-delivery.ts';

/** How much output may wait for a client, bytes. */
export interface AudienceLimits {
	/** Of an execution with a lease, what is not acknowledged. */
	readonly replayBytes: number;
	/** Of one with `drop-oldest`. */
	readonly newestBytes: number;
}

/** What an execution promised to its client. */
export interface AudienceTerms {
	/** Milliseconds that the execution waits for another listener; 0: it ends with the first one. */
	readonly leaseMs: number;
	readonly overflow: 'block' | 'drop-oldest';
}

/** What an execution hears of its audience. */
export interface AudienceEvents {
	/** Output must not be read, or may be again. */
	onHeld(isHeld: boolean): void;
	/** Nobody listens, and nobody will. */
	onAlone(why: 'connection' | 'lease'): void;
}

/** Those who hear of one execution: at most one listener at a time, and with a lease another one later. */
export class Audience {
	/** Settles when the end and all output is told, or nobody may hear it any more; never rejects. */
	readonly settled: Promise<void>;
	readonly #delivery: Delivery;
	readonly #clock: Clock;
	readonly #leaseMs: number;
	readonly #events: AudienceEvents;
	#listener: ExecutionListener | null = null;
	#settle: () => void = () => {};
	#stopLease: () => void = () => {};
	#isHeld = false;
	#isFinished = false;
	/** Nobody will listen: what comes is thrown away. */
	#isGone = false;

	constructor(terms: AudienceTerms, limits: AudienceLimits, clock: Clock, events: AudienceEvents) {
		this.#clock = clock;
		this.#leaseMs = terms.leaseMs;
		this.#events = events;
		const onChange = (): void => this.#review();
		if (terms.leaseMs > 0) this.#delivery = createLeasedDelivery(limits.replayBytes, onChange);
		else if (terms.overflow === 'drop-oldest') this.#delivery = createNewestDelivery(limits.newestBytes);
		else this.#delivery = createDirectDelivery(onChange);
		this.settled = new Promise((resolve) => {
			this.#settle = resolve;
		});
	}

	get hasListener(): boolean {
		return this.#listener !== null;
	}

	/** Another listener may come: what is not acknowledged is kept for it. */
	get isOpen(): boolean {
		return this.#leaseMs > 0 && !this.#isGone;
	}

	/** Output must not be read. */
	get isHeld(): boolean {
		return this.#isHeld;
	}

	/** The first message that `attach` can tell. */
	get firstSeq(): number {
		return this.#delivery.firstSeq;
	}

	get dropped(): DroppedOutput {
		return this.#delivery.dropped;
	}

	/**
	 * Tells the output from `fromSeq` on to this listener, and the end; who listened before no longer does.
	 *
	 * @param greeting - Told first.
	 */
	attach(listener: ExecutionListener, fromSeq: number, greeting: ServerNotification | null): void {
		if (!this.#isFinished) this.#stopLease();
		const before = this.#listener;
		this.#listener = listener;
		before?.onDetached('taken');
		if (greeting) listener.notify(greeting);
		this.#delivery.attach(listener, fromSeq);
		this.#review();
	}

	/** The listener is gone. */
	leave(): void {
		this.#listener = null;
		this.#delivery.detach();
		if (this.#leaseMs === 0) this.#beAlone('connection');
		else if (!this.#isFinished) this.#startLease();
	}

	/** Tells what is not output to whoever listens now. */
	notify(notification: ServerNotification): void {
		this.#listener?.notify(notification);
	}

	tell(message: OutputMessage): void {
		if (!this.#isGone) this.#delivery.add(message);
	}

	/** Tells the end; with a lease it is kept for that long, as long as output is not acknowledged. */
	finish(end: ServerNotification): void {
		this.#isFinished = true;
		if (!this.#isGone) {
			if (this.#leaseMs > 0) this.#startLease();
			this.#delivery.finish(end);
		}
		this.#review();
	}

	/** Everything up to this `seq` was received. */
	ack(seq: number): void {
		this.#delivery.ack(seq);
	}

	/** `hasRoom` of the listener changed. */
	onRoom(): void {
		this.#delivery.onRoom();
		this.#review();
	}

	/** Nobody may hear anything more, and nothing is kept. */
	disperse(): void {
		this.#isGone = true;
		this.#stopLease();
		this.#review();
	}

	#startLease(): void {
		this.#stopLease();
		this.#stopLease = scheduleLimit(this.#clock, () => this.#beAlone('lease'), this.#leaseMs);
	}

	#beAlone(why: 'connection' | 'lease'): void {
		this.disperse();
		this.#events.onAlone(why);
	}

	#review(): void {
		const isHeld = this.#delivery.isHeld && !this.#isGone;
		if (isHeld !== this.#isHeld) {
			this.#isHeld = isHeld;
			this.#events.onHeld(isHeld);
		}
		if (!this.#isFinished || (!this.#delivery.isDone && !this.#isGone)) return;
		this.#stopLease();
		this.#settle();
		const listener = this.#listener;
		this.#listener = null;
		listener?.onDetached('over');
	}
}
