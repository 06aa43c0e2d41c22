import { AppError } from '../core/errors.ts';
import type { ExecutionId, Marker } from '../core/ids.ts';
import type { Clock, Hashes, Sha256 } from '../core/ports.ts';
import type { TranscriptSink } from '../core/transcript-records.ts';
import type { ServerNotification } from '../protocol/decode-server-message.ts';
import type { NotificationParams } from '../protocol/messages.ts';
import {
	createTranscriptRecorder,
	formatTranscriptFailure,
	type TranscriptRecorder,
} from '../protocol/transcript-recorder.ts';
import type { ExecuteRequest, ExecutionEnd, OutputChunk } from './client.ts';
import { readToldEnd } from './told-end.ts';

/** What a client needs of the machine. */
export interface ClientHost {
	readonly clock: Clock;
	readonly hashes: Hashes;
	/** Gets what came over the wire. For remote executors: the embedded one writes its own. */
	readonly transcript?: TranscriptSink;
	/** The executor is in this process, and what comes are the very bytes that it hashed: its digest is ours, once none is missing. */
	readonly sharesMemory?: boolean;
}

/** Receives output; a returned promise holds the connection back until it settles. */
export type OutputListener = (chunk: OutputChunk) => void | Promise<void>;

/** Changes what is told of an execution on its way to the listener. */
export interface OutputFilter {
	/** @returns What of the text is the command's own output and certain by now. */
	add(stream: 'stdout' | 'stderr', text: string): string;
	/** Called once at the end. */
	end(): { readonly rest: string; readonly bracket: ExecutionEnd['bracket']; readonly exitCode: number | null };
}

/** What an execution sees of its connection. */
export interface Valve {
	pause(): void;
	resume(): void;
}

/** Which execution is received. */
export interface ReceivedSubject {
	readonly executionId: ExecutionId;
	readonly commandSha256: string;
	/** `null`: not known, since another client asked for it. */
	readonly marker: Marker | null;
	readonly cwd: string | null;
	/** The last `seq` that is not delivered again; default -1. */
	readonly lastSeq?: number;
}

/** What is received of an execution that we ask for. */
export const subjectOf = ({ executionId, command, marker, cwd }: ExecuteRequest, hashes: Hashes): ReceivedSubject => ({
	executionId,
	commandSha256: hashes.sha256(command),
	marker,
	cwd: cwd ?? null,
});

/** Collects what an executor tells of one execution. */
export class ReceivedExecution {
	/** As the interface `Execution` promises; unhandled until somebody looks. */
	readonly completed: Promise<ExecutionEnd>;
	readonly #subject: ReceivedSubject;
	readonly #onOutput: OutputListener;
	readonly #host: ClientHost;
	readonly #valve: Valve;
	readonly #filter: OutputFilter | null;
	/** `null`: that of the executor will do. */
	readonly #digest: Sha256 | null;
	readonly #recorder: TranscriptRecorder | null;
	readonly #startedMs: number;
	#resolve: (end: ExecutionEnd) => void = () => {};
	#reject: (error: unknown) => void = () => {};
	#isStarted = false;
	#isEnded = false;
	#seq = 0;
	#lastSeq: number;
	#bytes = 0;

	constructor(
		subject: ReceivedSubject,
		onOutput: OutputListener,
		host: ClientHost,
		valve: Valve,
		filter: OutputFilter | null = null,
	) {
		this.#subject = subject;
		this.#lastSeq = subject.lastSeq ?? -1;
		this.#onOutput = onOutput;
		this.#host = host;
		this.#valve = valve;
		this.#filter = filter;
		this.#digest = host.sharesMemory ? null : host.hashes.createSha256();
		this.#startedMs = host.clock.monotonicMs();
		this.#recorder = host.transcript
			? createTranscriptRecorder(host.transcript, host.clock, {
					execution: subject.executionId,
					marker: subject.marker,
					command_sha256: subject.commandSha256,
				})
			: null;
		this.completed = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		// Whoever called `execute` may have failed before it could look at this.
		this.completed.catch(() => {});
	}

	/** As requested. */
	get executionId(): ExecutionId {
		return this.#subject.executionId;
	}

	/** Of the command's UTF-8. */
	get commandSha256(): string {
		return this.#subject.commandSha256;
	}

	/** True once `completed` is settled. */
	get isEnded(): boolean {
		return this.#isEnded;
	}

	/** The last `seq` that was delivered, -1 before the first. */
	get lastSeq(): number {
		return this.#lastSeq;
	}

	/** Raw bytes that were delivered. */
	get receivedBytes(): number {
		return this.#bytes;
	}

	/** Takes a notification that belongs to this execution. */
	receive(notification: ServerNotification): void {
		if (this.#isEnded) return;
		if (notification.method === 'process.started') this.#start(notification.params);
		else if (notification.method === 'process.output') this.#output(notification.params);
		else if (notification.method === 'process.completed') this.#complete(notification.params);
		else if (notification.method === 'process.detached') {
			this.fail(new AppError('EXECUTOR_LOST', 'Another connection attached to the execution'));
		} else if (notification.method === 'process.error') {
			this.fail(new AppError('EXECUTOR_LOST', `The executor lost the execution: ${notification.params.error}`));
		}
	}

	/** Takes output that came in a binary message. */
	receiveOutput(stream: 'stdout' | 'stderr', bytes: Buffer, seq: number): void {
		if (this.#isEnded) return;
		this.#start({});
		this.#deliver(stream, bytes.toString('utf8'), bytes, seq);
	}

	/** Ends the execution without an end that the executor told. */
	fail(error: unknown): void {
		if (this.#isEnded) return;
		this.#isEnded = true;
		this.#reject(error);
	}

	/** Ends a canceled execution whose executor tells no end: the connection was closed, which ends it there. */
	giveUp(): void {
		this.#complete({ status: 'failed', exit_code: null, signal: 'SIGTERM', canceled: true });
	}

	#start({ pid, pgid }: { readonly pid?: number | null | undefined; readonly pgid?: number | null | undefined }): void {
		if (this.#isStarted) return;
		this.#isStarted = true;
		this.#recorder?.start({ pid: pid ?? null, pgid: pgid ?? null, cwd: this.#subject.cwd });
	}

	#output({ type, data, data_base64: base64, seq }: NotificationParams<'process.output'>): void {
		this.#start({});
		if (!this.#filter) {
			this.#deliver(type, data, base64 == null ? Buffer.from(data) : Buffer.from(base64, 'base64'), seq ?? null);
			return;
		}
		const text = this.#filter.add(type, data);
		if (text !== '') this.#deliver(type, text, Buffer.from(text), null);
	}

	#deliver(stream: 'stdout' | 'stderr', text: string, bytes: Buffer, seq: number | null): void {
		// What came before the connection was lost may come again after it.
		if (seq !== null && seq <= this.#lastSeq) return;
		this.#lastSeq = seq ?? this.#lastSeq;
		this.#digest?.update(bytes);
		this.#bytes += bytes.length;
		this.#recorder?.output({ seq: seq ?? this.#seq, stream, sizeBytes: bytes.length, readText: () => text });
		this.#seq += 1;
		try {
			const pending = this.#onOutput({ stream, text, bytes, seq });
			if (pending instanceof Promise) this.#waitFor(pending);
		} catch (error) {
			this.fail(error);
		}
	}

	#waitFor(pending: Promise<void>): void {
		this.#valve.pause();
		pending.catch((error: unknown) => this.fail(error)).finally(() => this.#valve.resume());
	}

	#complete(params: NotificationParams<'process.completed'>): void {
		this.#start(params);
		const filtered = this.#filter?.end() ?? null;
		if (filtered && filtered.rest !== '') this.#deliver('stdout', filtered.rest, Buffer.from(filtered.rest), null);
		if (this.#isEnded) return;
		const receivedSha256 = this.#digest ? this.#digest.digest() : this.#sharedDigest(params);
		if (receivedSha256 === null) {
			this.fail(new AppError('BROKEN_INVARIANT', 'Output was lost inside this process'));
			return;
		}
		this.#isEnded = true;
		const own = { durationMs: this.#host.clock.monotonicMs() - this.#startedMs, bytes: this.#bytes };
		// What the executor says of bytes and digest counts the bracket lines in.
		const told = { ...readToldEnd(params, own), ...(filtered ? { bytes: own.bytes, sha256: null } : {}) };
		this.#recorder?.end({
			exit_code: told.exitCode,
			signal: told.signal,
			duration_ms: told.durationMs,
			bytes: told.bytes,
			dropped_bytes: told.droppedBytes,
			output_sha256: receivedSha256,
			...(told.attestation ? { attestation: told.attestation } : {}),
		});
		this.#resolve({
			receivedSha256,
			bracket: filtered ? printedBracket(filtered, told.exitCode) : this.#toldBracket(params),
			...told,
			error: told.error ?? failureOf(this.#recorder),
		});
	}

	/** @returns `null` when not all of it came that the executor hashed. */
	#sharedDigest({ bytes, last_seq, sha256 }: NotificationParams<'process.completed'>): string | null {
		return bytes === this.#bytes && last_seq === this.#lastSeq ? (sha256 ?? null) : null;
	}

	#toldBracket(params: NotificationParams<'process.completed'>): ExecutionEnd['bracket'] {
		const { marker, commandSha256 } = this.#subject;
		const isOurs = (marker === null || params.marker === marker) && params.command_sha256 === commandSha256;
		return isOurs ? 'whole' : 'cut';
	}
}

function printedBracket(
	{ bracket, exitCode: printed }: { readonly bracket: ExecutionEnd['bracket']; readonly exitCode: number | null },
	exitCode: number | null,
): ExecutionEnd['bracket'] {
	return bracket === 'whole' && printed !== exitCode ? 'cut' : bracket;
}

function failureOf(recorder: TranscriptRecorder | null): string | null {
	const failure = recorder?.failure;
	return failure === undefined ? null : formatTranscriptFailure(failure);
}
