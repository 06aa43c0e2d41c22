import { closeSync, constants, openSync } from 'node:fs';
import type { GroupChild } from './node-process-group.ts';
import { DescriptorPipe } from './output-pipe.ts';

/** How long the output of a command may wait for its end, milliseconds: what runs longer is read as it prints. */
const UNWATCHED_MS = 3;

/** The child in reserve of a lane, with its two pipes open. */
export interface Reserve {
	readonly pid: number;
	/** The lane that forked it. */
	readonly lane: number;
	readonly bornAtMs: number;
	/** Descriptors of their reading ends. */
	readonly stdout: number;
	readonly stderr: number;
}

type EndListener = (exitCode: number | null, signal: string | null) => void;

/** A started command, as the group wants it. */
export class LaunchedChild implements GroupChild {
	readonly pid: number;
	readonly parent: number;
	readonly bornAtMs: number;
	readonly stdout: DescriptorPipe;
	readonly stderr: DescriptorPipe;
	/** The pid that was given out last when it ended; `null`: it runs, or that was not seen. */
	newestPid: number | null = null;
	isReaped = false;
	readonly #patience: NodeJS.Timeout;
	#end: Parameters<EndListener> | null = null;
	readonly #listeners: EndListener[] = [];

	constructor({ pid, lane, bornAtMs, stdout, stderr }: Reserve) {
		this.pid = pid;
		this.parent = lane;
		this.bornAtMs = bornAtMs;
		this.stdout = new DescriptorPipe(stdout);
		this.stderr = new DescriptorPipe(stderr);
		this.#patience = setTimeout(() => {
			this.stdout.watch();
			this.stderr.watch();
		}, UNWATCHED_MS);
	}

	/** Whoever asks after the end hears of it too. */
	once(_event: 'exit', listener: EndListener): void {
		if (this.#end === null) this.#listeners.push(listener);
		else listener(...this.#end);
	}

	end(exitCode: number | null, signal: string | null, newestPid: number | null): void {
		clearTimeout(this.#patience);
		this.newestPid = newestPid;
		this.stdout.drain();
		this.stderr.drain();
		this.#end = [exitCode, signal];
		for (const listener of this.#listeners) listener(exitCode, signal);
	}
}

/**
 * Opens the pipes of a child in reserve.
 *
 * @param numbers - Its pid, that of its lane, and the lane's descriptors of their reading ends.
 * @returns `null` when this system does not let us open them.
 */
export function openReserve([pid = 0, lane = 0, out = 0, err = 0]: readonly number[]): Reserve | null {
	const opened: number[] = [];
	try {
		for (const descriptor of [out, err]) {
			opened.push(openSync(`/proc/${lane}/fd/${descriptor}`, constants.O_RDONLY | constants.O_NONBLOCK));
		}
	} catch {
		for (const descriptor of opened) closeSync(descriptor);
		return null;
	}
	const [stdout = 0, stderr = 0] = opened;
	return { pid, lane, bornAtMs: performance.now(), stdout, stderr };
}

/** Reads nothing of them. */
export function closePipes({ stdout, stderr }: Reserve): void {
	closeSync(stdout);
	closeSync(stderr);
}
