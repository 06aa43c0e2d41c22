import type { ExecutionId } from '../core/ids.ts';
import type { GroupExit, LeakedProcess, ProcessGroup, Sha256 } from '../core/ports.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import type { ExecutionStatus } from '../protocol/messages.ts';
import { createTranscriptRecorder, type TranscriptRecorder } from '../protocol/transcript-recorder.ts';
import { Audience } from './audience.ts';
import type { ExecutionListener } from './delivery.ts';
import { attestEnd, describeEnd, type EndReason, isCanceledBy } from './describe-end.ts';
import { endGroup, type GroupEnd } from './end-group.ts';
import type { ExecutionHost, ExecutionLimits, ExecutionSpec } from './execution-spec.ts';
import { createLimitClock, type LimitClock } from './limit-clock.ts';
import { createOutputEncoder, type EncodedChunk, type StreamName } from './output-encoder.ts';
import { waitForQuiet } from './wait-for-quiet.ts';

/**
 * One command and everything that it starts, from the spawn to the moment when nobody is left.
 *
 * Whoever starts it sends its answer, calls `begin`, and its listener gets `process.started`, the output, and at the very end
 * `process.completed`. With a lease it outlives its listener, for another one to be attached.
 */
export class Execution {
	readonly executionId: ExecutionId;
	readonly pid: number;
	readonly pgid: number;
	readonly leaseMs: number;
	/** Settles when nobody of it is left; never rejects. */
	readonly ended: Promise<void>;
	/** Settles when beside that all is told, or nobody may hear it any more; never rejects. */
	readonly settled: Promise<void>;
	readonly #host: ExecutionHost;
	readonly #limits: ExecutionLimits;
	readonly #spec: ExecutionSpec;
	readonly #commandSha256: string;
	readonly #group: ProcessGroup;
	readonly #recorder: TranscriptRecorder | null;
	readonly #encoder = createOutputEncoder();
	readonly #digest: Sha256;
	readonly #audience: Audience;
	readonly #timeout: LimitClock;
	readonly #stall: LimitClock;
	readonly #startedMs: number;
	readonly #startedAtMs: number;
	#settleEnded: () => void = () => {};
	#giveUp: () => void = () => {};
	#state: 'running' | 'ending' | 'ended' = 'running';
	#completed: ExecutionStatus['completed'] = null;
	#reason: EndReason = 'exit';
	#ending: Promise<GroupEnd> | null = null;
	#hasBegun = false;
	#hasExited = false;
	#isPaused = false;
	#lastReadMs: number;
	#lastSeq = -1;
	#bytes = 0;

	private constructor(spec: ExecutionSpec, group: ProcessGroup, host: ExecutionHost, limits: ExecutionLimits) {
		this.executionId = spec.executionId;
		this.pid = group.pid;
		this.pgid = group.pgid;
		this.leaseMs = spec.leaseMs;
		this.#host = host;
		this.#limits = limits;
		this.#spec = spec;
		this.#commandSha256 = host.hashes.sha256(spec.command);
		this.#group = group;
		this.#digest = host.hashes.createSha256();
		this.#startedMs = host.clock.monotonicMs();
		this.#startedAtMs = Math.floor(host.clock.nowMs());
		this.#lastReadMs = this.#startedMs;
		this.ended = new Promise((resolve) => {
			this.#settleEnded = resolve;
		});
		this.#audience = new Audience(spec, limits, host.clock, {
			onHeld: (isHeld) => this.#hold(isHeld),
			onAlone: (why) => void this.end(why),
		});
		this.settled = this.#audience.settled;
		this.#timeout = createLimitClock(host.clock, spec.timeoutMs, () => void this.end('timeout'));
		this.#stall = createLimitClock(host.clock, spec.stallMs, () => void this.end('stall'));
		const bracket = { execution: spec.executionId, marker: spec.marker, command_sha256: this.#commandSha256 };
		this.#recorder = host.transcript ? createTranscriptRecorder(host.transcript, host.clock, bracket) : null;
		this.#recorder?.start({ pid: group.pid, pgid: group.pgid, cwd: spec.group.cwd });
		host.observer?.executionStarted({ ...this.#names(), cwd: spec.group.cwd });
	}

	/**
	 * Starts the command; its output waits until `begin`.
	 *
	 * @throws {AppError} `SPAWN_FAILED`.
	 */
	static async start(spec: ExecutionSpec, host: ExecutionHost, limits: ExecutionLimits): Promise<Execution> {
		return new Execution(spec, await host.processes.spawnGroup(spec.group), host, limits);
	}

	/** Tells the story of the execution from now on. */
	begin(listener: ExecutionListener): void {
		this.#hasBegun = true;
		this.attach(listener, 0, true);
		this.#group.onOutput((stream, chunk) => this.#read(stream, chunk));
		if (this.#audience.isHeld) this.#group.pause();
		this.#timeout.resume();
		this.#stall.resume();
		void this.#live().catch((error: unknown) => this.#break(error));
	}

	/**
	 * Tells the rest of the story to another listener, or the same once more.
	 *
	 * @param fromSeq - The first message it is told; from `firstSeq` to the next one that comes.
	 * @param tellsStart - Whether `process.started` is told again.
	 */
	attach(listener: ExecutionListener, fromSeq: number, tellsStart: boolean): void {
		const started = { method: 'process.started', params: this.#stateParams('started') } as const;
		this.#audience.attach(listener, fromSeq, tellsStart ? started : null);
	}

	/** The listener is gone: with a lease it runs on for that long, else it is ended. */
	detach(): void {
		this.#audience.leave();
	}

	/** Nobody may hear of it any more, and nothing is kept for anybody. */
	forget(): void {
		this.#audience.disperse();
	}

	/** Everything up to this `seq` was received. */
	ack(seq: number): void {
		this.#audience.ack(seq);
	}

	/** `hasRoom` of the listener changed. */
	onRoom(): void {
		this.#audience.onRoom();
	}

	/**
	 * Stops or continues the whole group; while it is stopped the clocks of its limits stand still.
	 *
	 * @returns False when nobody was there to get the signal.
	 */
	signal(signal: 'SIGSTOP' | 'SIGCONT'): boolean {
		if (this.#state !== 'running' || !this.#group.signal(signal)) return false;
		this.#isPaused = signal === 'SIGSTOP';
		this.#runClocks();
		return true;
	}

	/** Tells that a control was carried out; nothing comes after the end. */
	announce(status: 'paused' | 'resumed' | 'canceled'): void {
		if (this.#state !== 'ended')
			this.#audience.notify({ method: `process.${status}`, params: this.#stateParams(status) });
	}

	/**
	 * Ends everybody of the execution; a second call changes nothing.
	 *
	 * @returns Settles once everybody was asked to end, false when it had ended by then; `ended` tells when they have.
	 */
	async end(reason: EndReason): Promise<boolean> {
		if (this.#state === 'running') {
			this.#state = 'ending';
			this.#runClocks();
			await new Promise<void>((resolve) => {
				if (this.#ending !== null) return resolve();
				this.#reason = reason;
				this.#ending = this.#end(resolve);
			});
		}
		return this.#state === 'ending';
	}

	/** Its output waits for its client, and is not read. */
	get isHeld(): boolean {
		return this.#audience.isHeld;
	}

	/** Whether `attach` may be called: it has a lease that is not over. */
	get isOpen(): boolean {
		return this.#audience.isOpen;
	}

	/** The first message that `attach` can tell. */
	get firstSeq(): number {
		return this.#audience.firstSeq;
	}

	/** What `status` answers. */
	get status(): ExecutionStatus {
		return {
			execution_id: this.executionId,
			state: this.#state === 'running' && this.#isPaused ? 'paused' : this.#state,
			pid: this.pid,
			pgid: this.pgid,
			command_sha256: this.#commandSha256,
			started_at: this.#startedAtMs,
			attached: this.#audience.hasListener,
			lease_ms: this.leaseMs,
			last_seq: this.#lastSeq,
			bytes: this.#bytes,
			dropped_bytes: this.#audience.dropped.bytes,
			completed: this.#completed,
		};
	}

	#hold(isHeld: boolean): void {
		if (isHeld) {
			this.#group.pause();
			this.#host.observer?.outputHeld(this.executionId);
		} else {
			this.#lastReadMs = this.#host.clock.monotonicMs();
			// Before `begin` nobody would receive what is read.
			if (this.#hasBegun) this.#group.resume();
		}
		this.#runClocks();
	}

	/** The clocks stand still while the command can't do anything about them. */
	#runClocks(): void {
		const isAwake = this.#hasBegun && !this.#hasExited && this.#state === 'running' && !this.#isPaused;
		if (isAwake) this.#timeout.resume();
		else this.#timeout.pause();
		if (isAwake && !this.#audience.isHeld) this.#stall.resume();
		else this.#stall.pause();
	}

	#read(stream: StreamName, chunk: Uint8Array): void {
		this.#lastReadMs = this.#host.clock.monotonicMs();
		this.#stall.restart();
		const encoded = this.#encoder.add(stream, chunk);
		if (encoded) this.#send(encoded);
		const { maxOutputBytes } = this.#limits;
		if (maxOutputBytes > 0 && this.#bytes > maxOutputBytes) void this.end('output');
	}

	#send({ stream, bytes }: EncodedChunk): void {
		this.#lastSeq += 1;
		const seq = this.#lastSeq;
		this.#bytes += bytes.length;
		// Over what is sent in the order it is sent: a client that follows gets the same digest.
		this.#digest.update(bytes);
		this.#recorder?.output({ seq, stream, sizeBytes: bytes.length, readText: () => bytes.toString('utf8') });
		this.#audience.tell({ stream, bytes, seq, atMs: this.#host.clock.nowMs() });
	}

	async #live(): Promise<void> {
		const exit = await this.#exit();
		const durationMs = this.#host.clock.monotonicMs() - this.#startedMs;
		const endedAtMs = Math.floor(this.#host.clock.nowMs());
		this.#hasExited = true;
		this.#runClocks();
		await this.#quiet();
		// A command that ended by itself may have left somebody behind.
		this.#ending ??= this.#end();
		const { found, killed, stuck } = await this.#ending;
		await this.#quiet();
		this.#group.closeStreams();
		for (const chunk of this.#encoder.end()) this.#send(chunk);
		const leaked = (this.#reason === 'exit' ? found : killed).filter(({ pid }) => pid !== this.pid);
		this.#complete({ exit, durationMs, endedAtMs, leaked, stuck });
	}

	/** How the direct child ended; neither code nor signal when it could not be killed. */
	#exit(): Promise<GroupExit> {
		const stuck = new Promise<GroupExit>((resolve) => {
			this.#giveUp = () => resolve({ exitCode: null, signal: null });
		});
		return Promise.race([this.#group.exited, stuck]);
	}

	async #end(onAsked?: () => void): Promise<GroupEnd> {
		const end = await endGroup(this.#group, this.#host.clock, this.#limits, onAsked);
		if (end.stuck.length > 0) this.#giveUp();
		return end;
	}

	#quiet(): Promise<void> {
		return waitForQuiet(this.#group.closed, this.#host.clock, this.#limits, () =>
			this.#audience.isHeld ? null : this.#lastReadMs,
		);
	}

	#complete({ exit, leaked, stuck, durationMs, endedAtMs }: Ending): void {
		const sha256 = this.#digest.digest();
		const { dropped } = this.#audience;
		const { signer } = this.#host;
		const facts = {
			executionId: this.executionId,
			pid: this.pid,
			pgid: this.pgid,
			marker: this.#spec.marker,
			subject: this.#spec.subject,
			commandSha256: this.#commandSha256,
			exit,
			reason: this.#reason,
			startedAtMs: this.#startedAtMs,
			endedAtMs,
			durationMs,
			lastSeq: this.#lastSeq,
			bytes: this.#bytes,
			dropped,
			sha256,
			leaked,
			stuck,
		};
		const signed = signer ? { attestation: attestEnd(facts, signer) } : {};
		this.#recorder?.end({
			exit_code: exit.exitCode,
			signal: exit.signal,
			duration_ms: durationMs,
			bytes: this.#bytes,
			dropped_bytes: dropped.bytes,
			output_sha256: sha256,
			...signed,
		});
		this.#completed = describeEnd(facts, { transcriptFailure: this.#recorder?.failure, ...signed });
		this.#observeEnd(exit, durationMs, leaked.length);
		this.#finish({ method: 'process.completed', params: this.#completed });
	}

	/** A bug of ours must not leave the client waiting. */
	#break(error: unknown): void {
		const message = error instanceof Error ? error.message : String(error);
		this.#observeEnd({ exitCode: null, signal: null }, this.#host.clock.monotonicMs() - this.#startedMs, 0);
		this.#finish({ method: 'process.error', params: { error: message, execution_id: this.executionId } });
	}

	#observeEnd(exit: GroupExit, durationMs: number, leaked: number): void {
		this.#host.observer?.executionEnded({
			...this.#names(),
			...exit,
			isCanceled: isCanceledBy(this.#reason),
			durationMs,
			bytes: this.#bytes,
			droppedBytes: this.#audience.dropped.bytes,
			leaked,
		});
	}

	#finish(end: ServerNotification): void {
		this.#state = 'ended';
		this.#audience.finish(end);
		this.#settleEnded();
	}

	#names() {
		return { executionId: this.executionId, commandSha256: this.#commandSha256, peer: this.#spec.peer };
	}

	#stateParams(status: string) {
		const { pid, pgid, executionId } = this;
		return { status, pid, pgid, exit_code: null, error: null, execution_id: executionId };
	}
}

interface Ending {
	readonly exit: GroupExit;
	readonly durationMs: number;
	readonly endedAtMs: number;
	readonly leaked: readonly LeakedProcess[];
	readonly stuck: readonly LeakedProcess[];
}
