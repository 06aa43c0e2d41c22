import type { Execution, ExecutionEnd, OutputChunk } from '../../client/client.ts';
import { AppError } from '../../core/errors.ts';
import { createExecutionId, createMarker, type ExecutionId, type Marker } from '../../core/ids.ts';
import type { EvidenceFinding } from '../evidence-source.ts';
import { weighEvidence } from '../weigh-evidence.ts';
import type { Bench } from './control.ts';

/** What was seen of one command. */
export interface Observation {
	readonly executionId: ExecutionId;
	readonly marker: Marker;
	readonly commandSha256: string;
	readonly end: ExecutionEnd;
	/** The first 64 KiB characters of each stream. */
	readonly stdout: string;
	readonly stderr: string;
	/** Bytes that arrived. */
	readonly bytes: number;
	/** `null` where nobody keeps a transcript. */
	readonly finding: EvidenceFinding | null;
	/** Why it was cancelled. */
	readonly cancelledBy: 'silence' | 'limit' | null;
	/** By our clock, milliseconds since the Unix epoch; the command ran in between. */
	readonly startedAtMs: number;
	readonly endedAtMs: number;
	/** From the cancel to the end. */
	readonly cancelTookMs: number | null;
}

/** How a command is observed. */
export interface ObserveOptions {
	/** Cancels after `silenceMs` without output, from the first output on. */
	readonly endsInSilence?: boolean;
	/** Called for each piece of output; while its promise is pending nothing more is read. */
	readonly onChunk?: (chunk: OutputChunk) => void | Promise<void>;
}

const KEPT_CHARS = 64 * 1024;

/**
 * Runs a command and watches it to its end.
 *
 * @throws {AppError} What the client throws; `EXECUTOR_LOST` with `data.isUnfinished` when a cancelled command does not end.
 */
export async function observe(command: string, bench: Bench, options: ObserveOptions = {}): Promise<Observation> {
	const ids = {
		executionId: createExecutionId(bench.clock, bench.random),
		marker: createMarker('control', bench.clock, bench.random),
	};
	return new Watch(bench, options, ids).run(command);
}

class Watch {
	readonly #bench: Bench;
	readonly #options: ObserveOptions;
	readonly #ids: { readonly executionId: ExecutionId; readonly marker: Marker };
	readonly #kept = { stdout: '', stderr: '' };
	readonly #timers = new Set<() => void>();
	#bytes = 0;
	#execution: Execution | null = null;
	#cancelledBy: Observation['cancelledBy'] = null;
	#cancelledAt = 0;
	#stopSilence: () => void = () => {};
	#giveUp: (error: AppError) => void = () => {};

	constructor(bench: Bench, options: ObserveOptions, ids: { executionId: ExecutionId; marker: Marker }) {
		this.#bench = bench;
		this.#options = options;
		this.#ids = ids;
	}

	async run(command: string): Promise<Observation> {
		const { client, clock, settings } = this.#bench;
		const startedAtMs = clock.nowMs();
		const lost = new Promise<never>((_resolve, reject) => {
			this.#giveUp = reject;
		});
		// Whoever gives up first is heard; the other one must not count as unhandled.
		lost.catch(() => {});
		this.#after(settings.limitMs, () => this.#cancel('limit'));
		try {
			const started = client.execute({ ...this.#ids, command, shell: 'sh' }, (chunk) => this.#add(chunk));
			started.catch(() => {});
			this.#execution = await Promise.race([started, lost]);
			if (this.#cancelledBy) this.#sendCancel();
			this.#execution.completed.catch(() => {});
			const end = await Promise.race([this.#execution.completed, lost]);
			const endedAtMs = clock.nowMs();
			return {
				...this.#ids,
				...this.#kept,
				commandSha256: this.#execution.commandSha256,
				end,
				bytes: this.#bytes,
				finding: await this.#confirm(command, end, startedAtMs),
				cancelledBy: this.#cancelledBy,
				startedAtMs,
				endedAtMs,
				cancelTookMs: this.#cancelledBy ? clock.monotonicMs() - this.#cancelledAt : null,
			};
		} finally {
			this.#stopSilence();
			for (const stop of this.#timers) stop();
		}
	}

	#add(chunk: OutputChunk): void | Promise<void> {
		this.#bytes += chunk.bytes.length;
		const kept = this.#kept[chunk.stream];
		if (kept.length < KEPT_CHARS) this.#kept[chunk.stream] = (kept + chunk.text).slice(0, KEPT_CHARS);
		if (this.#options.endsInSilence) {
			this.#stopSilence();
			this.#stopSilence = this.#bench.clock.schedule(() => this.#cancel('silence'), this.#bench.settings.silenceMs);
		}
		return this.#options.onChunk?.(chunk);
	}

	#cancel(why: 'silence' | 'limit'): void {
		if (this.#cancelledBy) return;
		this.#cancelledBy = why;
		this.#cancelledAt = this.#bench.clock.monotonicMs();
		if (this.#execution) this.#sendCancel();
		const { cancelPatienceMs } = this.#bench.settings;
		this.#after(cancelPatienceMs, () => this.#giveUp(unfinished(`it had not ended ${cancelPatienceMs} ms after`)));
	}

	#sendCancel(): void {
		this.#execution?.control('CANCEL').catch((error: unknown) => {
			this.#giveUp(unfinished(`the executor refused: ${error instanceof Error ? error.message : String(error)}`));
		});
	}

	#after(delayMs: number, callback: () => void): void {
		this.#timers.add(this.#bench.clock.schedule(callback, delayMs));
	}

	async #confirm(command: string, end: ExecutionEnd, notBeforeMs: number): Promise<EvidenceFinding | null> {
		if (!this.#bench.evidence || !this.#execution) return null;
		const finding = await this.#bench.evidence.confirm({
			...this.#ids,
			commandSha256: this.#execution.commandSha256,
			outputSha256: end.receivedSha256,
			exitCode: end.exitCode,
			signal: end.signal,
			notBeforeMs,
			isMarkerInCommand: command.includes(this.#ids.marker),
		});
		return weighEvidence(finding, end, this.#cancelledBy !== null);
	}
}

const unfinished = (why: string): AppError =>
	new AppError('EXECUTOR_LOST', `Cannot end a command by cancelling it: ${why}`, { data: { isUnfinished: true } });
