import { constants } from 'node:os';
import type { ExecutionId } from '../core/ids.ts';
import type {
	Clock,
	GroupExit,
	GroupSpec,
	Hashes,
	LeakedProcess,
	Processes,
	ProcessGroup,
	Sha256,
} from '../core/ports.ts';
import type { TranscriptSink } from '../core/transcript-records.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import { createTranscriptRecorder, type TranscriptRecorder } from '../protocol/transcript-recorder.ts';
import { endGroup, type GroupEnd } from './end-group.ts';
import { createOutputEncoder, type EncodedChunk, type StreamName } from './output-encoder.ts';
import { waitForQuiet } from './wait-for-quiet.ts';

/** What an execution needs of the machine. */
export interface ExecutionHost {
	readonly clock: Clock;
	readonly processes: Processes;
	readonly hashes: Hashes;
	/** Gets the bracket and the output of every execution. */
	readonly transcript?: TranscriptSink;
}

/** What is run, and under which names. */
export interface ExecutionSpec {
	readonly executionId: ExecutionId;
	readonly marker: string | null;
	readonly group: GroupSpec;
}

/** Hears the story of an execution. */
export interface ExecutionListener {
	notify(notification: ServerNotification): void;
	/** The bytes end with a whole character, unless they are the last of their stream. */
	onOutput(chunk: EncodedChunk & { readonly seq: number; readonly atMs: number }): void;
}

/** How long things may take, milliseconds. */
export interface ExecutionLimits {
	/** Between TERM and KILL. */
	readonly graceMs: number;
	/** After KILL, before a process counts as stuck. */
	readonly patienceMs: number;
	/** Silence after which streams that a leftover process holds open are given up. */
	readonly quietMs: number;
	/** The same for leftovers that are never silent. */
	readonly drainMs: number;
}

/**
 * One command and everything that it starts, from the spawn to the moment when nobody is left.
 *
 * Whoever starts it sends its answer, calls `begin`, and gets `process.started`, the output, and at the very end `process.completed`.
 */
export class Execution {
	readonly executionId: ExecutionId;
	readonly pid: number;
	readonly pgid: number;
	/** Settles after `process.completed`; never rejects. */
	readonly ended: Promise<void>;
	readonly #host: ExecutionHost;
	readonly #limits: ExecutionLimits;
	readonly #marker: string | null;
	readonly #commandSha256: string;
	readonly #group: ProcessGroup;
	readonly #recorder: TranscriptRecorder | null;
	readonly #encoder = createOutputEncoder();
	readonly #digest: Sha256;
	readonly #startedMs: number;
	#listener: ExecutionListener | null = null;
	#settleEnded: () => void = () => {};
	#giveUp: () => void = () => {};
	#state: 'running' | 'canceling' | 'ended' = 'running';
	#ending: Promise<GroupEnd> | null = null;
	#hasBegun = false;
	#isHeld = false;
	#lastReadMs: number;
	#seq = 0;
	#bytes = 0;

	private constructor(spec: ExecutionSpec, group: ProcessGroup, host: ExecutionHost, limits: ExecutionLimits) {
		this.executionId = spec.executionId;
		this.pid = group.pid;
		this.pgid = group.pgid;
		this.#host = host;
		this.#limits = limits;
		this.#marker = spec.marker;
		this.#commandSha256 = host.hashes.sha256(spec.group.command);
		this.#group = group;
		this.#digest = host.hashes.createSha256();
		this.#startedMs = host.clock.monotonicMs();
		this.#lastReadMs = this.#startedMs;
		this.ended = new Promise((resolve) => {
			this.#settleEnded = resolve;
		});
		const bracket = { execution: spec.executionId, marker: spec.marker, command_sha256: this.#commandSha256 };
		this.#recorder = host.transcript ? createTranscriptRecorder(host.transcript, host.clock, bracket) : null;
		this.#recorder?.start({ pid: group.pid, pgid: group.pgid, cwd: spec.group.cwd });
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
		this.#listener = listener;
		this.#hasBegun = true;
		listener.notify({ method: 'process.started', params: this.#stateParams('started') });
		this.#group.onOutput((stream, chunk) => this.#read(stream, chunk));
		if (this.#isHeld) this.#group.pause();
		void this.#live().catch((error: unknown) => this.#break(error));
	}

	/** Stops telling; what runs goes on, and its output is read on. */
	mute(): void {
		this.#listener = null;
		this.release();
	}

	/**
	 * Stops or continues the whole group.
	 *
	 * @returns False when nobody was there to get the signal.
	 */
	signal(signal: 'SIGSTOP' | 'SIGCONT'): boolean {
		return this.#state === 'running' && this.#group.signal(signal);
	}

	/** Tells that a control was carried out; nothing comes after the end. */
	announce(status: 'paused' | 'resumed' | 'canceled'): void {
		if (this.#state !== 'ended')
			this.#listener?.notify({ method: `process.${status}`, params: this.#stateParams(status) });
	}

	/**
	 * Ends everybody of the execution; a second call changes nothing.
	 *
	 * @returns Settles once everybody was asked to end, false when it had ended by then; `ended` tells when they have.
	 */
	async cancel(): Promise<boolean> {
		if (this.#state === 'running') {
			this.#state = 'canceling';
			await new Promise<void>((resolve) => {
				if (this.#ending !== null) resolve();
				else this.#ending = this.#end(resolve);
			});
		}
		return this.#state === 'canceling';
	}

	/** Reads no more output until `release`: the command blocks once its pipes are full. */
	hold(): void {
		this.#isHeld = true;
		this.#group.pause();
	}

	/** Reads on. */
	release(): void {
		if (!this.#isHeld) return;
		this.#isHeld = false;
		this.#lastReadMs = this.#host.clock.monotonicMs();
		// Before `begin` nobody would receive what is read.
		if (this.#hasBegun) this.#group.resume();
	}

	#read(stream: StreamName, chunk: Uint8Array): void {
		this.#lastReadMs = this.#host.clock.monotonicMs();
		const encoded = this.#encoder.add(stream, chunk);
		if (encoded) this.#send(encoded);
	}

	#send({ stream, bytes }: EncodedChunk): void {
		const seq = this.#seq++;
		this.#bytes += bytes.length;
		// Over what is sent in the order it is sent: a client that follows gets the same digest.
		this.#digest.update(bytes);
		this.#recorder?.output({ seq, stream, sizeBytes: bytes.length, readText: () => bytes.toString('utf8') });
		this.#listener?.onOutput({ stream, bytes, seq, atMs: this.#host.clock.nowMs() });
	}

	async #live(): Promise<void> {
		const exit = await this.#exit();
		const durationMs = this.#host.clock.monotonicMs() - this.#startedMs;
		await this.#quiet();
		const isCanceled = this.#ending !== null;
		// A command that ended by itself may have left somebody behind.
		this.#ending ??= this.#end();
		const { found, killed, stuck } = await this.#ending;
		await this.#quiet();
		this.#group.closeStreams();
		for (const chunk of this.#encoder.end()) this.#send(chunk);
		const leaked = (isCanceled ? killed : found).filter(({ pid }) => pid !== this.pid);
		this.#complete(exit, { durationMs, isCanceled, leaked, stuck });
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
			this.#isHeld ? null : this.#lastReadMs,
		);
	}

	#complete(exit: GroupExit, facts: EndFacts): void {
		const sha256 = this.#digest.digest();
		this.#recorder?.end({
			exit_code: exit.exitCode,
			signal: exit.signal,
			duration_ms: facts.durationMs,
			bytes: this.#bytes,
			dropped_bytes: 0,
			output_sha256: sha256,
		});
		this.#state = 'ended';
		this.#listener?.notify({
			method: 'process.completed',
			params: {
				...this.#stateParams(exit.exitCode === 0 ? 'completed' : 'failed'),
				exit_code: wireExitCode(exit),
				error: errorOf(facts.stuck, this.#recorder?.failure),
				marker: this.#marker,
				command_sha256: this.#commandSha256,
				signal: exit.signal,
				canceled: facts.isCanceled,
				duration_ms: facts.durationMs,
				bytes: this.#bytes,
				dropped_bytes: 0,
				sha256,
				leaked: [...facts.leaked],
			},
		});
		this.#settleEnded();
	}

	/** A bug of ours must not leave the client waiting. */
	#break(error: unknown): void {
		this.#state = 'ended';
		const message = error instanceof Error ? error.message : String(error);
		this.#listener?.notify({ method: 'process.error', params: { error: message, execution_id: this.executionId } });
		this.#settleEnded();
	}

	#stateParams(status: string) {
		const { pid, pgid, executionId } = this;
		return { status, pid, pgid, exit_code: null, error: null, execution_id: executionId };
	}
}

interface EndFacts {
	readonly durationMs: number;
	readonly isCanceled: boolean;
	readonly leaked: readonly LeakedProcess[];
	readonly stuck: readonly LeakedProcess[];
}

/** As the first executor's clients know it: minus the signal's number where a signal ended the command. */
function wireExitCode({ exitCode, signal }: GroupExit): number | null {
	if (signal === null) return exitCode;
	const numbers: Readonly<Record<string, number>> = constants.signals;
	return -(numbers[signal] ?? 0);
}

function errorOf(stuck: readonly LeakedProcess[], failure: unknown): string | null {
	const errors = stuck.map(({ pid, command }) => `Process ${pid} could not be killed: ${command}`);
	if (failure !== undefined) {
		errors.push(`The transcript could not be written: ${failure instanceof Error ? failure.message : String(failure)}`);
	}
	return errors.length === 0 ? null : errors.join('; ');
}
