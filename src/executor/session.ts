import type { RawData, WebSocket } from 'ws';
import { isAppError } from '../core/errors.ts';
import { decodeRequest, type Incoming, isAnswered } from '../protocol/decode-request.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { LIMITS, WIRE_VERSION } from '../protocol/limits.ts';
import { createFailure, createResult, createRpcError, type RpcAnswer, type RpcError } from '../protocol/rpc.ts';
import { type DeskHost, ExecutionDesk } from './execution-desk.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Peer } from './hooks.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { repeat } from './repeat.ts';
import type { ExecutorSettings } from './settings.ts';

/** Close codes of RFC 6455 §7.4.1: for those who do nothing, and for bugs of ours. */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;

/** An answer, and what follows once it is sent. */
interface Answered {
	readonly answer: RpcAnswer | null;
	readonly afterwards?: () => void;
}

/** One connection of a client: serves its requests one after the other; what has no lease ends with it. */
export class Session {
	/** Settles when the socket is closed and nobody of the executions that end with it is left. */
	readonly closed: Promise<void>;
	readonly #socket: WebSocket;
	readonly #host: DeskHost;
	readonly #settings: ExecutorSettings;
	readonly #outbox: Outbox;
	readonly #desk: ExecutionDesk;
	#queue: Promise<void> = Promise.resolve();
	#queued = 0;
	#isOpen = true;
	/** The client reads slower than its executions print. */
	#isFull = false;
	/** The socket is not read. */
	#isDeaf = false;
	/** Monotonic. */
	#lastHeardMs: number;
	#lastRequestMs: number;

	constructor(peer: Peer, socket: WebSocket, host: DeskHost, settings: ExecutorSettings) {
		this.#socket = socket;
		this.#host = host;
		this.#settings = settings;
		this.#lastHeardMs = host.clock.monotonicMs();
		this.#lastRequestMs = this.#lastHeardMs;
		this.#outbox = createOutbox(socket, host.clock, settings, () => this.#balance());
		this.#desk = new ExecutionDesk(peer, this.#outbox, host, settings);
		const timers = this.#startTimers(peer);
		this.closed = new Promise((settle) => {
			socket.once('close', () => {
				for (const stop of timers) stop();
				settle(this.#end());
			});
		});
		socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
		for (const sign of ['ping', 'pong']) socket.on(sign, () => this.#hear());
		// Oversized frames, broken UTF-8 and resets: ws closes the socket with the right code by itself.
		socket.on('error', () => {});
		this.#notify({
			method: 'connected',
			params: {
				session_id: peer.sessionId,
				version: WIRE_VERSION,
				capabilities: [...settings.capabilities],
				...(host.signer ? { public_key: host.signer.publicKey() } : {}),
			},
		});
	}

	/** The client reads, or acknowledges, slower than its executions print. */
	get isHeld(): boolean {
		return this.#isFull || this.#desk.isHeld;
	}

	/** Ends what runs and starts nothing more; the client hears of each end. */
	async finish(): Promise<void> {
		this.#desk.refuseMore();
		await this.#queue;
		await this.#desk.finish();
	}

	#notify(notification: ServerNotification): void {
		this.#outbox.send({ jsonrpc: '2.0', ...notification });
	}

	#startTimers(peer: Peer): readonly (() => void)[] {
		const { clock } = this.#host;
		const { idleMs, inBandPingMs, heartbeatMs } = this.#settings;
		const self = this;
		const pulse = {
			get lastHeardMs() {
				return self.#lastHeardMs;
			},
			get lastSentMs() {
				return self.#outbox.lastSentMs;
			},
			get isFull() {
				return self.#isFull;
			},
			get isDeaf() {
				return self.#isDeaf;
			},
		};
		return [
			// The other end of a private socket can't die unseen: the system closes it.
			startHeartbeat(
				this.#socket,
				clock,
				{ ...this.#settings, heartbeatMs: peer.address === 'private' ? 0 : heartbeatMs },
				pulse,
			),
			repeat(clock, inBandPingMs, () => this.#notify({ method: 'ping', params: { timestamp: clock.nowMs() / 1000 } })),
			repeat(clock, idleMs, () => this.#closeIdle()),
		];
	}

	#closeIdle(): void {
		const isIdle = this.#desk.isIdle && this.#queued === 0;
		if (isIdle && this.#host.clock.monotonicMs() - this.#lastRequestMs >= this.#settings.idleMs) {
			this.#socket.close(GOING_AWAY, 'Idle');
		}
	}

	#hear(): void {
		this.#lastHeardMs = this.#host.clock.monotonicMs();
	}

	#receive(data: RawData, isBinary: boolean): void {
		this.#hear();
		this.#lastRequestMs = this.#lastHeardMs;
		this.#queued += 1;
		this.#balance();
		this.#queue = this.#queue
			.then(() => this.#serve(data, isBinary))
			.catch(() => this.#socket.close(INTERNAL_ERROR))
			.then(() => {
				this.#queued -= 1;
				this.#balance();
			});
	}

	/** A slow reader makes its commands wait; a fast writer, or one who reads no answers, is not read. */
	#balance(): void {
		const { isFull } = this.#outbox;
		if (isFull !== this.#isFull) {
			this.#isFull = isFull;
			this.#desk.onRoom();
		}
		const isDeaf = this.#outbox.isFull || this.#queued > LIMITS.queuedRequests;
		if (isDeaf === this.#isDeaf) return;
		this.#isDeaf = isDeaf;
		if (isDeaf) this.#socket.pause();
		else {
			this.#hear();
			this.#socket.resume();
		}
	}

	async #serve(data: RawData, isBinary: boolean): Promise<void> {
		if (!this.#isOpen) return;
		if (isBinary) {
			const message = 'Invalid request: binary messages are not served, send text';
			this.#outbox.send(createFailure(null, createRpcError('RPC_INVALID_REQUEST', message)));
			return;
		}
		const decoded = decodeRequest(String(data));
		const messages = decoded.kind === 'single' ? [decoded.message] : decoded.messages;
		const served: Answered[] = [];
		for (const message of messages) served.push(await this.#handle(message));
		const answers = served.flatMap(({ answer }) => answer ?? []);
		if (decoded.kind === 'batch' && answers.length > 0) this.#outbox.send(answers);
		else for (const answer of answers) this.#outbox.send(answer);
		for (const { afterwards } of served) afterwards?.();
	}

	async #handle(message: Incoming): Promise<Answered> {
		if (message.kind === 'nothing') return { answer: null };
		if (message.kind === 'answer') return { answer: message.answer };
		const { call } = message;
		const outcome = await this.#desk.serve(call).catch(toRpcError);
		const hasAnswer = isAnswered(call);
		if ('code' in outcome) return { answer: hasAnswer ? createFailure(call.id, outcome) : null };
		const { result, afterwards } = outcome;
		return { answer: hasAnswer ? createResult(call.id, result) : null, ...(afterwards ? { afterwards } : {}) };
	}

	/** Nobody listens any more. */
	async #end(): Promise<void> {
		this.#isOpen = false;
		// A request in work may still start something.
		await this.#queue;
		await this.#desk.leave();
	}
}

/** Nothing that goes wrong in one request may end the connection. */
function toRpcError(error: unknown): RpcError {
	const message = error instanceof Error ? error.message : String(error);
	const code = isAppError(error) && error.code === 'SPAWN_FAILED' ? 'SPAWN_FAILED' : 'BROKEN_INVARIANT';
	return createRpcError(code, message, isAppError(error) ? { ...error.data } : {});
}
