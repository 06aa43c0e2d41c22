import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { createUuidV7 } from '../core/ids.ts';
import type { Random } from '../core/ports.ts';
import { WIRE_PATHS } from '../protocol/limits.ts';
import { createFailure, createRpcError } from '../protocol/rpc.ts';
import type { DeskHost } from './execution-desk.ts';
import type { ExecutionHost } from './execution-spec.ts';
import { createExecutions } from './executions.ts';
import { type Front, type FrontAddress, openFront, type TcpAddress } from './front.ts';
import type { ExecutorGuard } from './hooks.ts';
import { createMessageMemory } from './message-memory.ts';
import { createPrivateFolder, type PrivateFolder } from './private-folder.ts';
import { Session } from './session.ts';
import { type ExecutorOptions, type ExecutorSettings, resolveSettings } from './settings.ts';

/** What an executor needs of the machine. */
export interface ExecutorHost extends ExecutionHost {
	readonly random: Random;
	readonly guard?: ExecutorGuard;
}

/** An executor: runs the commands of its clients. Whoever made it closes it. */
export interface Executor {
	/**
	 * Takes connections from inside this process; nobody else can reach it.
	 *
	 * @returns Makes one: what `connectExecutor` takes as `dial`.
	 */
	listenInside(): Promise<() => Duplex>;
	/**
	 * Listens on a socket in a fresh folder that no other user can enter.
	 *
	 * @returns The URL for `connectExecutor`.
	 */
	listenPrivate(): Promise<string>;
	/**
	 * Listens on TCP.
	 *
	 * @param address - `port` 0 takes any free one.
	 * @returns The URL for clients.
	 * @throws {AppError} `PORT_IN_USE`, `CONFIG_INVALID`.
	 */
	listen(address: TcpAddress): Promise<string>;
	/**
	 * Takes no new work, and waits until all executions have ended by themselves; clients may still attach to theirs.
	 *
	 * @param limitMs - Milliseconds to wait at most.
	 * @returns True when nothing runs any more.
	 */
	drain(limitMs: number): Promise<boolean>;
	/** Ends all executions and connections at once, also during `drain`; nothing of them is left afterwards. May be called twice. */
	close(): Promise<void>;
}

/** Close codes of RFC 6455 §7.4.1. */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;
const FAREWELL_MS = 1000;
/** Capabilities that mean nothing without a key. */
const OF_SIGNERS: readonly string[] = ['attestation', 'subject'];

/** Makes an executor that listens nowhere yet. */
export function createExecutor(host: ExecutorHost, options: ExecutorOptions = {}): Executor {
	const settings = resolveSettings(options);
	const isSaid = (name: string): boolean => host.signer !== undefined || !OF_SIGNERS.includes(name);
	const capabilities = settings.capabilities.filter(isSaid);
	return new NodeExecutor(host, { ...settings, capabilities });
}

class NodeExecutor implements Executor {
	readonly #host: ExecutorHost;
	readonly #settings: ExecutorSettings;
	readonly #executions = createExecutions();
	readonly #sessions = new Map<WebSocket, Session>();
	readonly #fronts: Front[] = [];
	readonly #folders: PrivateFolder[] = [];
	readonly #startedMs: number;
	readonly #deskHost: DeskHost;
	#isDraining = false;
	#closing: Promise<void> | null = null;

	constructor(host: ExecutorHost, settings: ExecutorSettings) {
		this.#host = host;
		this.#settings = settings;
		this.#deskHost = {
			...host,
			executions: this.#executions,
			messageMemory: createMessageMemory(),
			isClosing: () => this.#isDraining || this.#closing !== null,
		};
		this.#startedMs = host.clock.monotonicMs();
	}

	async listenInside(): Promise<() => Duplex> {
		const front = await this.#open('inside');
		return () => front.connect();
	}

	async listenPrivate(): Promise<string> {
		const folder = await createPrivateFolder();
		this.#folders.push(folder);
		await this.#open({ path: folder.socketPath });
		return `ws+unix:${folder.socketPath}:${WIRE_PATHS[0]}`;
	}

	async listen(address: TcpAddress): Promise<string> {
		const { port } = await this.#open(address);
		const name = address.host.includes(':') ? `[${address.host}]` : address.host;
		return `${address.tls ? 'wss' : 'ws'}://${name}:${port}${WIRE_PATHS[0]}`;
	}

	async drain(limitMs: number): Promise<boolean> {
		this.#isDraining = true;
		const { clock } = this.#host;
		let stop = (): void => {};
		const limit = new Promise<void>((resolve) => {
			stop = clock.schedule(resolve, limitMs);
		});
		const startedMs = clock.monotonicMs();
		const { starting, running } = this.#executions;
		while (starting.size + running.size > 0 && clock.monotonicMs() - startedMs < limitMs) {
			await Promise.race([limit, Promise.all([...starting, ...[...running].map(({ ended }) => ended)])]);
		}
		stop();
		return starting.size + running.size === 0;
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #open(address: FrontAddress): Promise<Front> {
		if (this.#closing !== null) throw new TypeError('The executor is closed');
		const front = await openFront(address, this.#settings, {
			onSocket: (socket, address) => this.#accept(socket, address),
			health: () => this.#health(),
		});
		this.#fronts.push(front);
		return front;
	}

	#accept(socket: WebSocket, address: string): void {
		if (this.#closing !== null) socket.close(GOING_AWAY);
		else if (this.#sessions.size >= this.#settings.maxSessions) this.#turnAway(socket);
		else {
			const peer = { sessionId: createUuidV7(this.#host.clock, this.#host.random), address };
			const session = new Session(peer, socket, this.#deskHost, this.#settings);
			this.#sessions.set(socket, session);
			this.#host.observer?.sessionOpened(peer);
			void session.closed.then(() => {
				this.#sessions.delete(socket);
				this.#host.observer?.sessionClosed(peer);
			});
		}
	}

	#health() {
		const isHealthy = this.#closing === null && !this.#isDraining;
		const { signer } = this.#host;
		const body = {
			status: isHealthy ? 'healthy' : 'closing',
			service: 'tenfold-executor',
			version: '1.0.0',
			active_sessions: this.#sessions.size,
			max_sessions: this.#settings.maxSessions,
			running_executions: this.#executions.running.size,
			...(signer ? { public_key: signer.publicKey() } : {}),
			uptime_seconds: (this.#host.clock.monotonicMs() - this.#startedMs) / 1000,
		};
		return { isHealthy, body };
	}

	async #close(): Promise<void> {
		const fronts = this.#fronts.map((front) => front.close());
		await Promise.all([...this.#sessions].map(([socket, session]) => this.#sayGoodbye(socket, session)));
		// Executions whose connection is gone already; nobody can attach to them any more.
		for (const left of [...this.#executions.live]) left.forget();
		await Promise.all([...this.#executions.running].map((left) => left.end('executor').then(() => left.ended)));
		await Promise.all(fronts);
		await Promise.all(this.#folders.map((folder) => folder.remove()));
	}

	async #sayGoodbye(socket: WebSocket, session: Session): Promise<void> {
		const { clock } = this.#host;
		const giveUpOnDeaf = (): void => {
			if (session.isHeld) socket.terminate();
			else stop = clock.schedule(giveUpOnDeaf, FAREWELL_MS);
		};
		let stop = clock.schedule(giveUpOnDeaf, FAREWELL_MS);
		// The client still hears how its executions ended, as long as it listens.
		await Promise.race([session.finish(), session.closed]);
		stop();
		socket.close(GOING_AWAY);
		stop = clock.schedule(() => socket.terminate(), FAREWELL_MS);
		await session.closed;
		stop();
	}

	/** As the first executor does it: the handshake succeeds, then the error, then the close. */
	#turnAway(socket: WebSocket): void {
		const message = 'Session limit exceeded';
		socket.on('error', () => {});
		socket.send(JSON.stringify(createFailure(null, createRpcError('SESSION_LIMIT', message))));
		socket.close(POLICY_VIOLATION, message);
		const stop = this.#host.clock.schedule(() => socket.terminate(), FAREWELL_MS);
		socket.once('close', stop);
	}
}
